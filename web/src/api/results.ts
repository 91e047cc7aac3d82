/** The results of a run: summaries in lists, values whole or part by part. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { call, type Schemas } from "./client";
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

const PAGE = 200;

export const resultsQuery = (runId: string, filter: ResultFilter = {}) =>
  infiniteQueryOptions({
    queryKey: keys.results(runId, filter),
    queryFn: ({ pageParam, signal }) =>
      call("get", "/api/runs/{run_id}/results", {
        path: { run_id: runId },
        query: { ...filter, limit: PAGE, cursor: pageParam },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });

/** A value or the part at a path. A result never changes, so it is never asked for twice. */
export const resultQuery = (runId: string, resultId: string, part: PartAsked = {}) =>
  queryOptions({
    queryKey: keys.result(runId, resultId, part),
    queryFn: ({ signal }) =>
      call("get", "/api/runs/{run_id}/results/{result_id}", {
        path: { run_id: runId, result_id: resultId },
        query: part,
        signal,
      }),
    staleTime: Number.POSITIVE_INFINITY,
  });
