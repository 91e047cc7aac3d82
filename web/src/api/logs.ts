/** The log lines of a run, from either end, and searching them. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { address, call, type Schemas } from "./client";
import { keys } from "./keys";

export type LogLine = Schemas["LogLine"];
export type Level = Schemas["Level"];
export const LEVELS: readonly Level[] = ["debug", "info", "warn", "error"];
export type LogWindow = {
  level?: Level[];
  after_line?: number;
  before_line?: number;
  order?: "oldest" | "newest";
  limit?: number;
  /** From the so-manieth line of these levels on, from 0; goes without numbers of lines. */
  first_row?: number;
};

/** Lines between two numbers: what a virtual list asks for as it scrolls. */
export const logsQuery = (runId: string, window: LogWindow) =>
  queryOptions({
    queryKey: keys.logs(runId, window),
    queryFn: ({ signal }) =>
      call("get", "/api/runs/{run_id}/logs", { path: { run_id: runId }, query: window, signal }),
  });

export const TAIL = 100;

/** The last lines; asked for together with the run, so that they are there as soon as it is. */
export const tailQuery = (runId: string) => logsQuery(runId, { order: "newest", limit: TAIL });

/** Lines that contain a text; each page is some 50,000 lines looked at, not some lines found. */
export const logSearchQuery = (runId: string, text: string, window: LogWindow = {}) =>
  infiniteQueryOptions({
    queryKey: keys.logs(runId, { text, ...window }),
    queryFn: ({ pageParam, signal }) =>
      call("get", "/api/runs/{run_id}/logs/search", {
        path: { run_id: runId },
        query: { text, ...window, ...from(window, pageParam) },
        signal,
      }),
    initialPageParam: null as number | null,
    getNextPageParam: (page) => (page.complete ? null : page.searched_to_line),
  });

function from(window: LogWindow, line: number | null): LogWindow {
  if (line === null) return {};
  return window.order === "newest" ? { before_line: line } : { after_line: line };
}

/** Where a file with everything of a run is to be had. */
export function exportUrl(
  runId: string,
  format: "json" | "ndjson" | "csv" | "parquet",
  logs = false,
): string {
  const query = logs ? { format, logs } : { format };
  return address("/api/runs/{run_id}/export", { run_id: runId }, query);
}
