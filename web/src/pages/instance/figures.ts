/** The key figures of runs that ended: what they returned, or called their summary. */
import { useQueries } from "@tanstack/react-query";
import { useMemo } from "react";
import { type Comparison, comparisonQuery } from "#api/comparison";
import type { RunPage } from "#api/runs";
import type { Figures } from "#components/RunsTable";

const MOST_COLUMNS = 3;

/** A question a page of runs; a page with fewer than two that completed has none. */
export function useFigures(pages: readonly RunPage[] = []): Figures {
  const queries = pages.map(({ items }) => {
    const ended = items.filter((run) => run.status === "completed" && run.result_count > 0);
    return {
      ...comparisonQuery(ended.map(({ id }) => id)),
      staleTime: Number.POSITIVE_INFINITY,
      placeholderData: (before: Comparison | undefined) => before,
    };
  });
  const rows = useQueries({
    queries,
    combine: (answers) => answers.map(({ data }) => data?.figures ?? {}),
  });
  return useMemo(() => figuresOf(rows), [rows]);
}

function figuresOf(pages: readonly Comparison["figures"][]): Figures {
  const summaries = pages
    .flatMap(Object.keys)
    .filter((path) => /^(summary|return_value)/.test(path));
  const names = [...new Set(summaries)].slice(0, MOST_COLUMNS);
  const rows = names.map((name) => Object.assign({}, ...pages.map((page) => page[name])));
  return { names, of: (id) => rows.map((row) => inWords(row[id])) };
}

function inWords(value: unknown): string {
  if (typeof value !== "number") return typeof value === "string" ? value : "";
  return Number.isInteger(value)
    ? value.toLocaleString("en-US")
    : String(Number(value.toPrecision(5)));
}
