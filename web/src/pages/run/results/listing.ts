/** Pages of results and those that came since, as one list in its order. */
import type { ResultSummary } from "#api/results";
import type { ResultsSearch } from "./search";

export type Order = NonNullable<ResultsSearch["by"]>;

/** What REST is asked for. */
export function filterOf(by: Order, key: string) {
  const order = by.endsWith("key") ? ("key" as const) : ("time" as const);
  return { order, descending: by.startsWith("-"), ...(key && { key_prefix: key }) };
}

export function inOrder(by: Order): (a: ResultSummary, b: ResultSummary) => number {
  const sign = by.startsWith("-") ? -1 : 1;
  const byTime = (a: ResultSummary, b: ResultSummary) => a.attempt - b.attempt || a.seq - b.seq;
  if (by.endsWith("time")) return (a, b) => sign * byTime(a, b);
  return (a, b) => sign * (a.key === b.key ? byTime(a, b) : a.key < b.key ? -1 : 1);
}

/** The loaded ones with the live ones in their places; what lies beyond the loaded comes later. */
export function withLive(
  loaded: readonly ResultSummary[],
  live: Iterable<ResultSummary>,
  { by, key, complete }: { by: Order; key: string; complete: boolean },
): readonly ResultSummary[] {
  const known = new Set(loaded.map(({ id }) => id));
  const compare = inOrder(by);
  const last = loaded[loaded.length - 1];
  const belongs = (one: ResultSummary) =>
    one.key.startsWith(key) &&
    !known.has(one.id) &&
    (complete || (last !== undefined && compare(one, last) < 0));
  const fresh = [...live].filter(belongs).sort(compare);
  if (fresh.length === 0) return loaded;
  const first = loaded[0];
  const newest = fresh[fresh.length - 1] as ResultSummary;
  if (first === undefined || compare(newest, first) < 0) return fresh.concat(loaded);
  return loaded.concat(fresh).sort(compare);
}
