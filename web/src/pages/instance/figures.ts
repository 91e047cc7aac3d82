/** The key figures of runs that ended: what they returned, or called their summary. */
import { useQueries } from "@tanstack/react-query";
import { useMemo } from "react";
import { type Figures as Answer, figuresQuery } from "#api/comparison";
import type { RunPage } from "#api/runs";
import type { Figures } from "#components/RunsTable";

const MOST_COLUMNS = 3;

/** A question a page of runs. */
export function useFigures(pages: readonly RunPage[] = []): Figures {
  const queries = pages.map(({ items }) => {
    const ended = items.filter((run) => run.status === "completed" && run.result_count > 0);
    return {
      ...figuresQuery(ended.map(({ id }) => id)),
      staleTime: Number.POSITIVE_INFINITY,
      placeholderData: (before: Answer | undefined) => before,
    };
  });
  const rows = useQueries({
    queries,
    combine: (answers) => answers.map(({ data }) => data ?? {}),
  });
  return useMemo(() => figuresOf(rows), [rows]);
}

function figuresOf(pages: readonly Answer[]): Figures {
  const names = [...new Set(pages.flatMap(Object.keys))].slice(0, MOST_COLUMNS);
  const rows = names.map((name) => Object.assign({}, ...pages.map((page) => page[name])));
  return { names, of: (id) => rows.map((row) => inWords(row[id])) };
}

function inWords(value: unknown): string {
  if (typeof value !== "number") return typeof value === "string" ? value : "";
  return Number.isInteger(value)
    ? value.toLocaleString("en-US")
    : String(Number(value.toPrecision(5)));
}
