/** The results of a run: summaries in lists, values whole or part by part. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { parsedInSlices } from "#util/parsing";
import { address, call, type Schemas, textAt } from "./client";
import { keys } from "./keys";

export type ResultSummary = Schemas["ResultSummary"];
export type ResultDetails = Schemas["ResultDetails"];
export type Part = Schemas["Part"];
export type PieceOfValue = Schemas["PieceOfValue"];
export type ResultFilter = {
  key_prefix?: string;
  order?: "time" | "key";
  descending?: boolean;
};
export type PartAsked = { path?: string; max_chars?: number; first?: number; limit?: number };

/** The first page is on screen soon; the others come while one scrolls. */
const FIRST_PAGE = 100;
const PAGE = 1000;

export const resultsQuery = (runId: string, filter: ResultFilter = {}) =>
  infiniteQueryOptions({
    queryKey: keys.results(runId, filter),
    queryFn: ({ pageParam, signal }) =>
      call("get", "/api/runs/{run_id}/results", {
        path: { run_id: runId },
        query: { ...filter, limit: pageParam ? PAGE : FIRST_PAGE, cursor: pageParam },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });

const PATIENCE_MS = 5000;

/**
 * A value or the part at a path, with its numbers as they were said. A result never changes, so it
 * is never asked for twice; after five seconds without an answer the asking is over.
 */
export const resultQuery = (runId: string, resultId: string, part: PartAsked = {}) =>
  queryOptions({
    queryKey: keys.result(runId, resultId, part),
    queryFn: ({ signal }) => valueAt(runId, resultId, part, signal),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });

async function valueAt(runId: string, resultId: string, part: PartAsked, signal: AbortSignal) {
  const parameters = { run_id: runId, result_id: resultId };
  const url = address("/api/runs/{run_id}/results/{result_id}", parameters, part);
  const tooLong = new AbortController();
  const over = new Error("There was no answer for 5 seconds.");
  const timer = setTimeout(() => tooLong.abort(over), PATIENCE_MS);
  try {
    const text = await textAt(url, AbortSignal.any([signal, tooLong.signal]));
    return (await parsedInSlices(text, signal)) as ResultDetails;
  } finally {
    clearTimeout(timer);
  }
}

export type ResultRow = Schemas["ResultInList"];

/** Results in order of time with their small values, after a cursor. */
export const rowsAfter = (
  runId: string,
  keyPrefix: string,
  cursor: string | null,
  signal: AbortSignal,
) =>
  call("get", "/api/runs/{run_id}/results", {
    path: { run_id: runId },
    query: { values: true, key_prefix: keyPrefix, limit: 1000, cursor },
    signal,
  });
