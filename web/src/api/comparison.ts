/** Runs side by side. */
import { queryOptions } from "@tanstack/react-query";
import { call, type Schemas } from "./client";
import { keys } from "./keys";

export type Comparison = Schemas["Comparison"];

export const comparisonQuery = (ids: readonly string[]) =>
  queryOptions({
    queryKey: keys.comparison(ids),
    queryFn: ({ signal }) =>
      call("get", "/api/compare", { query: { runs: ids.join(",") }, signal }),
    enabled: ids.length > 1,
  });
