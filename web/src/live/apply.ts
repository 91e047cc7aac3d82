/** Events into the query cache: which data each one concerns; what it makes of it is in fold.ts. */
import type { QueryClient } from "@tanstack/react-query";
import type { Experiments } from "#api/experiments";
import type { InstanceFilter, InstanceInList } from "#api/instances";
import { keys } from "#api/keys";
import type { Progress, RunDetails, RunFilter } from "#api/runs";
import { askSoon } from "./askSoon";
import * as fold from "./fold";
import { type Snapshot, type SomeRun, type Topic, type TopicFrame, topics } from "./frames";
import { askOvertaken } from "./overtaken";

export function apply(cache: QueryClient, frame: TopicFrame): void {
  applyFrame(cache, frame);
  const said = "snapshot" in frame ? frame.snapshot : undefined;
  if (said?.run || OF_RUNS.test(frame.event))
    askOvertaken(cache, [keys.runs, keys.runLists, keys.activeRuns]);
  if (said?.instance || frame.event.startsWith("instance_"))
    askOvertaken(cache, [keys.instances, keys.instanceLists]);
}

/** Those after which a run is another; its progress is told again soon. */
const OF_RUNS = /^run_|^instance_deleted$/;

function applyFrame(cache: QueryClient, frame: TopicFrame): void {
  switch (frame.event) {
    case "subscribed":
      return begin(cache, frame.topic, frame.snapshot);
    case "run_created":
    case "run_started":
    case "run_updated":
    case "run_completed":
      return applyRun(cache, frame.run);
    case "run_deleted":
      return forgetRun(cache, frame.run_id);
    case "progress_updated":
      return applyProgress(cache, frame.run_id ?? runOf(frame.topic), frame.progress);
    case "usage_updated":
      return patchRun(cache, runOf(frame.topic), (run) => ({ ...run, usage: frame.usage }));
    case "instance_created":
      countInstances(cache, 1);
      return applyInstance(cache, frame.instance);
    case "instance_updated":
      return applyInstance(cache, frame.instance);
    case "instance_deleted":
      if (frame.topic === topics.instances) countInstances(cache, -1);
      return forgetInstance(cache, frame.instance_id);
    case "modules_updated":
      return applyExperiments(cache, frame);
  }
}

function runOf(topic: Topic): string {
  return topic.slice(topic.lastIndexOf(":") + 1);
}

/** A topic begins anew: its snapshot is the state, and lists are as of now. */
function begin(cache: QueryClient, topic: Topic, snapshot: Snapshot): void {
  const { run, runs, instance, running = 0, pending = 0, count, experiments } = snapshot;
  if (run) applyRun(cache, run);
  if (instance) applyInstance(cache, instance);
  if (runs) cache.setQueryData<fold.ActiveRuns>(keys.activeRuns, { runs, running, pending });
  if (count !== undefined) cache.setQueryData<number>(keys.instanceCount, count);
  if (experiments) applyExperiments(cache, snapshot as Experiments);
  for (const key of listsOf(topic)) void cache.invalidateQueries({ queryKey: key });
}

function listsOf(topic: Topic): (readonly unknown[])[] {
  if (topic === topics.instances) return [keys.instanceLists];
  if (topic === topics.modules) return [];
  if (topic.startsWith("experiments:run:")) return [keys.output(runOf(topic))];
  return [keys.runLists, keys.runCountLists];
}

export function applyRun(cache: QueryClient, said: SomeRun): void {
  askForMore(cache, said);
  patchRun(cache, said.id, (run) => fold.runOfPage(run, said));
  change<fold.ActiveRuns>(cache, keys.activeRuns, (known) => fold.activeWith(known, said));
  for (const [key, pages] of cache.getQueriesData<fold.RunPages>({ queryKey: keys.runLists })) {
    const filter = (key[2] ?? {}) as RunFilter;
    if (!pages) continue;
    cache.setQueryData(key, fold.runsWith(pages, said, filter));
    if (fold.lacks(pages, said, filter)) askSoon(cache, key);
  }
  askSoon(cache, keys.runCountLists);
}

/** Events say less than the page of a run shows: what was recorded at its start and its end is asked for. */
function askForMore(cache: QueryClient, { id, status }: SomeRun): void {
  for (const { queryKey, state } of cache
    .getQueryCache()
    .findAll({ predicate: isOne(keys.runs, id) }))
    if ((state.data as RunDetails | undefined)?.status !== status) askSoon(cache, queryKey);
}

/** What the form of an experiment is made from may have changed with it, and is asked for. */
function applyExperiments(cache: QueryClient, said: Experiments): void {
  const { experiments, broken, reading } = said;
  cache.setQueryData<Experiments>(keys.experiments, { experiments, broken, reading });
  void cache.invalidateQueries({ queryKey: [...keys.experiments, "one"] });
}

function countInstances(cache: QueryClient, step: number): void {
  change<number>(cache, keys.instanceCount, (known) => known + step);
}

function applyProgress(cache: QueryClient, id: string, progress: Progress): void {
  patchRun(cache, id, (run) => ({ ...run, progress }));
  change<fold.ActiveRuns>(cache, keys.activeRuns, (known) =>
    fold.activeWithProgress(known, id, progress),
  );
  change<fold.RunPages>(cache, keys.runLists, (known) =>
    fold.runsWithProgress(known, id, progress),
  );
}

function forgetRun(cache: QueryClient, id: string): void {
  change<fold.ActiveRuns>(cache, keys.activeRuns, (known) => fold.activeWithout(known, id));
  change<fold.RunPages>(cache, keys.runLists, (known) => fold.without(known, id));
  askSoon(cache, keys.runCountLists);
  void cache.invalidateQueries({ predicate: isOne(keys.runs, id) });
}

function applyInstance(cache: QueryClient, said: InstanceInList): void {
  cache.setQueriesData<InstanceInList>({ predicate: isOne(keys.instances, said.id) }, (known) =>
    known ? fold.newer(known, said) : known,
  );
  for (const [key, pages] of cache.getQueriesData<fold.InstancePages>({
    queryKey: keys.instanceLists,
  })) {
    const filter = (key[2] ?? {}) as InstanceFilter;
    if (pages) cache.setQueryData(key, fold.instancesWith(pages, said, filter));
  }
}

function forgetInstance(cache: QueryClient, id: string): void {
  change<fold.InstancePages>(cache, keys.instanceLists, (known) => fold.without(known, id));
  change<fold.RunPages>(cache, keys.runLists, (known) => fold.runsWithoutInstance(known, id));
  change<fold.ActiveRuns>(cache, keys.activeRuns, (known) => fold.activeWithoutInstance(known, id));
  askSoon(cache, keys.runCountLists);
  void cache.invalidateQueries({ predicate: isOne(keys.instances, id) });
}

function patchRun(cache: QueryClient, id: string, patch: (run: RunDetails) => RunDetails): void {
  cache.setQueriesData<RunDetails>({ predicate: isOne(keys.runs, id) }, (known) =>
    known ? patch(known) : known,
  );
}

/** One thing, under whichever of its names (whole or short) it was asked for. */
function isOne(prefix: readonly string[], id: string) {
  return ({ queryKey, state }: { queryKey: readonly unknown[]; state: { data: unknown } }) =>
    prefix.every((part, at) => queryKey[at] === part) &&
    (queryKey[prefix.length] === id || (state.data as { id?: string } | undefined)?.id === id);
}

function change<T>(cache: QueryClient, queryKey: readonly unknown[], fn: (known: T) => T): void {
  cache.setQueriesData<T>({ queryKey }, (known) => (known ? fn(known) : known));
}
