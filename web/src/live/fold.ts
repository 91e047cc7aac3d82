/** What events make of what is known: pure, from old data and an event to new data. */
import type { InfiniteData } from "@tanstack/react-query";
import type { InstanceFilter, InstanceInList, InstancePage, InstanceSort } from "#api/instances";
import type { Progress, RunDetails, RunFilter, RunOfInstance, RunPage } from "#api/runs";
import { shortModule } from "#util/format";
import type { SomeRun } from "./frames";

export type RunPages = InfiniteData<RunPage, string | null>;
export type InstancePages = InfiniteData<InstancePage, string | null>;
export type ActiveRuns = { runs: RunOfInstance[]; running: number; pending: number };

type Paged<T> = InfiniteData<{ items: T[]; next: string | null }, string | null>;
type Identified = { id: string; updated_at: string; completed_at?: string | null };

/** The newer of two states of a thing; events and answers may overtake each other. */
export function newer<T extends Identified>(known: T, said: Partial<T> & Identified): T {
  return isOlder(said, known) ? known : { ...known, ...said };
}

/** A run that has ended never goes on, whatever its clock said. */
function isOlder(said: Identified, known: Identified): boolean {
  const [saidEnded, knownEnded] = [Boolean(said.completed_at), Boolean(known.completed_at)];
  if (saidEnded !== knownEnded) return knownEnded;
  return comparable(said.updated_at) < comparable(known.updated_at);
}

/** A moment in UTC as text whose order is that of time, whichever way its zone is written. */
function comparable(moment: string): string {
  return moment.replace(/(Z|\+00:00)$/, "");
}

/** A run as its own page has it. A run that waits no longer has no place in the queue. */
export function runOfPage(known: RunDetails, said: SomeRun): RunDetails {
  const next = newer<RunDetails>(known, said);
  return next.status === "pending" ? next : { ...next, queue_place: 0 };
}

/** Pages of runs, newest first, after a run was made or changed. */
export function runsWith(pages: RunPages, said: SomeRun, filter: RunFilter): RunPages {
  if (!runFits(said, filter)) return without(pages, said.id);
  if (contains(pages, said.id))
    return mapped(pages, said.id, (run) => newer<RunOfInstance>(run, said));
  return isNamed(said) ? placed(pages, said, (a, b) => descending(a.id, b.id)) : pages;
}

/** Whether a list lacks a run that may belong to it, so that it has to be asked for again. */
export function lacks(pages: RunPages, said: SomeRun, filter: RunFilter): boolean {
  return !isNamed(said) && runFits(said, filter) && !contains(pages, said.id);
}

function isNamed(run: SomeRun): run is RunOfInstance {
  return run.instance_name !== undefined && run.experiment_module !== undefined;
}

/** Whether a run is one of those asked for, as far as it says what it is a run of. */
function runFits(run: SomeRun, filter: RunFilter): boolean {
  const { instance_id: instance, status, since, until } = filter;
  return (
    (instance === undefined || run.instance_id.endsWith(instance)) &&
    (!status?.length || status.includes(run.status)) &&
    (since === undefined || Date.parse(run.inserted_at) >= Date.parse(since)) &&
    (until === undefined || Date.parse(run.inserted_at) < Date.parse(until)) &&
    isOf(filter, run.instance_name, run.experiment_module)
  );
}

/** Whether a name and an experiment are those asked for; what is not known may be. */
function isOf({ name, experiment }: { name?: string; experiment?: string }, ...of: Of): boolean {
  const [itsName, itsModule] = of;
  const named = !name || !itsName || itsName.toLowerCase().includes(name.toLowerCase());
  const short = itsModule && shortModule(itsModule);
  return named && (!experiment || !itsModule || [itsModule, short].includes(experiment));
}
type Of = [name: string | undefined, module: string | undefined];

export function runsWithProgress(pages: RunPages, id: string, progress: Progress): RunPages {
  return mapped(pages, id, (run) => ({ ...run, progress }));
}

/** Pages of instances after one was made or changed; it may change its place. */
export function instancesWith(
  pages: InstancePages,
  said: InstanceInList,
  filter: InstanceFilter,
): InstancePages {
  const known = pages.pages.flatMap(({ items }) => items).find(({ id }) => id === said.id);
  const next = known ? newer(known, said) : said;
  const last = next.stats.last_run_status;
  const statusFits = !filter.status?.length || (last !== null && filter.status.includes(last));
  if (!statusFits || !isOf(filter, next.name, next.experiment_module))
    return without(pages, said.id);
  const order = ORDERS[filter.sort ?? "last_run"];
  if (known && order(known, next) === 0) return mapped(pages, said.id, () => next);
  return placed(without(pages, said.id), next, order);
}

type Order<T> = (a: T, b: T) => number;

const ascending = (a: string, b: string) => (a < b ? -1 : Number(a > b));
const descending = (a: string, b: string) => ascending(b, a);
const byName: Order<InstanceInList> = (a, b) => ascending(a.name, b.name) || ascending(a.id, b.id);
/** Never run comes first, as if it had run after all others. */
const lastRun = ({ stats }: InstanceInList) => comparable(stats.last_run_at ?? "~");

/** The orders of the server. */
const ORDERS: Record<InstanceSort, Order<InstanceInList>> = {
  last_run: (a, b) => descending(lastRun(a), lastRun(b)) || byName(a, b),
  name: byName,
  created: (a, b) => descending(a.id, b.id),
};

/** Pages with one more item, in its place; without it where its place is beyond what is loaded. */
function placed<T extends { id: string }>(pages: Paged<T>, item: T, order: Order<T>): Paged<T> {
  const left = [...pages.pages];
  const found = left.findIndex(({ items }) => items.some((other) => order(item, other) < 0));
  const complete = left[left.length - 1]?.next === null;
  const at = found < 0 && complete ? left.length - 1 : found;
  const page = left[at];
  if (page === undefined) return pages;
  left[at] = { ...page, items: [...page.items, item].sort(order) };
  return { ...pages, pages: left };
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

/** Pages of runs without those of an instance. */
export function runsWithoutInstance(pages: RunPages, instanceId: string): RunPages {
  const gone = pages.pages.flatMap(({ items }) => items).filter(isOfInstance(instanceId));
  return gone.reduce((left, { id }) => without(left, id), pages);
}

export function activeWithoutInstance(known: ActiveRuns, instanceId: string): ActiveRuns {
  const gone = known.runs.filter(isOfInstance(instanceId));
  return gone.reduce((left, { id }) => activeWithout(left, id), known);
}

function isOfInstance(id: string) {
  return (run: RunOfInstance) => run.instance_id === id;
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
