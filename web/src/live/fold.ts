/** What events make of what is known: pure, from old data and an event to new data. */
import type { InfiniteData } from "@tanstack/react-query";
import type { InstanceInList, InstancePage } from "#api/instances";
import type { Progress, RunDetails, RunFilter, RunOfInstance, RunPage } from "#api/runs";
import type { SomeRun } from "./frames";

export type RunPages = InfiniteData<RunPage, string | null>;
export type InstancePages = InfiniteData<InstancePage, string | null>;
export type ActiveRuns = { runs: RunOfInstance[]; running: number; pending: number };

type Paged<T> = InfiniteData<{ items: T[]; next: string | null }, string | null>;
type Identified = { id: string; updated_at: string };

/** The newer of two states of a thing; events and answers may overtake each other. */
export function newer<T extends Identified>(known: T, said: Partial<T> & Identified): T {
  return said.updated_at < known.updated_at ? known : { ...known, ...said };
}

/** A run as its own page has it. A run that waits no longer has no place in the queue. */
export function runOfPage(known: RunDetails, said: SomeRun): RunDetails {
  const next = newer<RunDetails>(known, said);
  return next.status === "pending" ? next : { ...next, queue_place: 0 };
}

/** Pages of runs after a run was made or changed; a list filtered by status loses what left it. */
export function runsWith(pages: RunPages, said: SomeRun, filter: RunFilter): RunPages {
  const fits = !filter.status?.length || filter.status.includes(said.status);
  if (!fits) return without(pages, said.id);
  return mapped(pages, said.id, (run) => newer<RunOfInstance>(run, said));
}

/** Whether a list lacks a run that may belong to it, so that it has to be asked for again. */
export function lacks(pages: RunPages, said: SomeRun, filter: RunFilter): boolean {
  const ofOther = filter.instance_id !== undefined && filter.instance_id !== said.instance_id;
  const wrongStatus = !!filter.status?.length && !filter.status.includes(said.status);
  const other =
    filter.experiment !== undefined &&
    said.experiment_module !== undefined &&
    filter.experiment !== said.experiment_module;
  if (ofOther || wrongStatus || other || contains(pages, said.id)) return false;
  const items = pages.pages.flatMap((page) => page.items);
  const oldest = items[items.length - 1];
  const complete = pages.pages[pages.pages.length - 1]?.next === null;
  return complete || oldest === undefined || said.inserted_at >= oldest.inserted_at;
}

export function runsWithProgress(pages: RunPages, id: string, progress: Progress): RunPages {
  return mapped(pages, id, (run) => ({ ...run, progress }));
}

export function instancesWith(pages: InstancePages, said: InstanceInList): InstancePages {
  return mapped(pages, said.id, (known) => newer(known, said));
}

/** Those that work and wait, after one of them was made, changed or ended. */
export function activeWith(known: ActiveRuns, said: SomeRun): ActiveRuns {
  const before = known.runs.find((run) => run.id === said.id);
  const run = before ? newer(before, said as RunOfInstance) : (said as RunOfInstance);
  const others = known.runs.filter((other) => other.id !== said.id);
  const queued = run.status === "running" || (run.status === "pending" && run.queued_at !== null);
  const runs = queued ? [...others, run].sort(byStatusThenTime) : others;
  return { runs, ...tally(known, before?.status, queued ? run.status : undefined) };
}

function tally(known: ActiveRuns, before: string | undefined, now: string | undefined) {
  const step = (status: string) => Number(now === status) - Number(before === status);
  return {
    running: Math.max(0, known.running + step("running")),
    pending: Math.max(0, known.pending + step("pending")),
  };
}

function byStatusThenTime(a: RunOfInstance, b: RunOfInstance): number {
  if (a.status !== b.status) return a.status === "running" ? -1 : 1;
  const at = (run: RunOfInstance) => run.started_at ?? run.queued_at ?? run.inserted_at;
  return at(a).localeCompare(at(b));
}

export function activeWithProgress(known: ActiveRuns, id: string, progress: Progress): ActiveRuns {
  const runs = known.runs.map((run) => (run.id === id ? { ...run, progress } : run));
  return { ...known, runs };
}

export function activeWithout(known: ActiveRuns, id: string): ActiveRuns {
  const gone = known.runs.find((run) => run.id === id);
  if (gone === undefined) return known;
  const runs = known.runs.filter((run) => run.id !== id);
  return { runs, ...tally(known, gone.status, undefined) };
}

/** Pages without an item; the same object when they did not have it. */
export function without<T extends { id: string }, P extends Paged<T>>(pages: P, id: string): P {
  if (!contains(pages, id)) return pages;
  const left = pages.pages.map((page) => ({
    ...page,
    items: page.items.filter((item) => item.id !== id),
  }));
  return { ...pages, pages: left };
}

export function contains<T extends { id: string }>(pages: Paged<T>, id: string): boolean {
  return pages.pages.some((page) => page.items.some((item) => item.id === id));
}

function mapped<T extends { id: string }>(
  pages: InfiniteData<{ items: T[]; next: string | null }, string | null>,
  id: string,
  change: (item: T) => T,
): InfiniteData<{ items: T[]; next: string | null }, string | null> {
  if (!contains(pages, id)) return pages;
  const changed = pages.pages.map((page) => ({
    ...page,
    items: page.items.map((item) => (item.id === id ? change(item) : item)),
  }));
  return { ...pages, pages: changed };
}
