/** How the results of a run are looked at, as it stands in the address of the run. */
import { useNavigate, useSearch } from "@tanstack/react-router";

export const VIEWS = ["list", "table", "chart"] as const;
export const ORDERS = ["-time", "time", "key", "-key"] as const;
export type ResultsSearch = {
  view?: (typeof VIEWS)[number];
  /** What keys begin with. */
  key?: string;
  by?: (typeof ORDERS)[number];
  /** The id of the result that is open. */
  result?: string;
  raw?: boolean;
  group?: string;
  columns?: string[];
  scale?: "log";
  /** The column a table is sorted by; a minus for descending. */
  sort?: string;
};

export function resultsSearch(given: Record<string, unknown>): ResultsSearch {
  const text = (name: string) => (given[name] == null ? "" : String(given[name]));
  const view = VIEWS.find((one) => one === given.view);
  const by = ORDERS.find((one) => one === given.by);
  const columns = Array.isArray(given.columns) ? given.columns.map(String) : undefined;
  return {
    ...(view && view !== "list" && { view }),
    ...(by && by !== "-time" && { by }),
    ...(text("key") && { key: text("key") }),
    ...(text("result") && { result: text("result") }),
    ...(given.raw === true && { raw: true }),
    ...(text("group") && { group: text("group") }),
    ...(columns && { columns }),
    ...(given.scale === "log" && { scale: "log" as const }),
    ...(text("sort") && { sort: text("sort") }),
  };
}

export type Change = (change: Partial<ResultsSearch>) => void;

/** What stands in the address, and how to change some of it; going back leaves the page. */
export function useResultsSearch(): [ResultsSearch, Change] {
  const given = useSearch({ strict: false }) as Record<string, unknown>;
  const navigate = useNavigate();
  const change: Change = (changed) =>
    void navigate({
      to: ".",
      search: ((before: object) => ({ ...before, ...changed })) as never,
      replace: true,
      resetScroll: false,
    });
  return [resultsSearch(given), change];
}
