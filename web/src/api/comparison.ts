/** Runs side by side. */
import { queryOptions } from "@tanstack/react-query";
import { call, type Schemas } from "./client";
import { keys } from "./keys";

export type Comparison = Schemas["Comparison"];

export type Figures = Schemas["Comparison"]["figures"];

const ENDINGS = ["summary", "return_value"];

/** What runs returned, or called their summary, by path and run id. */
export const figuresQuery = (ids: readonly string[]) =>
  queryOptions({
    queryKey: keys.figures(ids),
    queryFn: ({ signal }) => (ids.length > 1 ? figuresOf(ids, signal) : figuresOfOne(ids, signal)),
    enabled: ids.length > 0,
  });

async function figuresOf(ids: readonly string[], signal: AbortSignal): Promise<Figures> {
  const query = { runs: ids.join(",") };
  const { figures } = await call("get", "/api/compare", { query, signal });
  const isEnding = ([path]: [string, unknown]) => ENDINGS.some((ending) => path.startsWith(ending));
  return Object.fromEntries(Object.entries(figures).filter(isEnding));
}

async function figuresOfOne([id = ""]: readonly string[], signal: AbortSignal): Promise<Figures> {
  const { items } = await call("get", "/api/runs/{run_id}/figures", {
    path: { run_id: id },
    query: { key: ENDINGS },
    signal,
  });
  const rows = Object.entries(items).map(([path, value]) => [path, { [id]: value }]);
  return Object.fromEntries(rows) as Figures;
}

export const comparisonQuery = (ids: readonly string[]) =>
  queryOptions({
    queryKey: keys.comparison(ids),
    queryFn: ({ signal }) =>
      call("get", "/api/compare", { query: { runs: ids.join(",") }, signal }),
    enabled: ids.length > 1,
  });
