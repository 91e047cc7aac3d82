/** The key figures of runs that ended: what they returned, or called their summary. */
import { type QueryClient, useQueries, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { type Figures as Answer, figuresQuery } from "#api/comparison";
import { keys } from "#api/keys";
import type { RunPage } from "#api/runs";
import type { Figures } from "#components/RunsTable";
import { figure } from "#util/format";

const MOST_COLUMNS = 3;

/** A question a page of runs. */
export function useFigures(pages: readonly RunPage[] = []): Figures {
  const cache = useQueryClient();
  const asked = askedFor(cache);
  const queries = pages.map(({ items }) => {
    const ended = items.filter((run) => run.status === "completed" && run.result_count > 0);
    const ids = ended.map(({ id }) => id);
    return {
      ...figuresQuery(ids),
      staleTime: Number.POSITIVE_INFINITY,
      gcTime: Number.POSITIVE_INFINITY,
      // After one is deleted the others are known; of those, the next may be gone already too.
      enabled: ids.some((id) => !asked.has(id)),
      placeholderData: () => alreadyKnown(cache, new Set(ids)),
    };
  });
  const rows = useQueries({
    queries,
    combine: (answers) => answers.map(({ data }) => data ?? {}),
  });
  return useMemo(() => figuresOf(rows), [rows]);
}

/** The runs whose figures came, in whichever question. */
function askedFor(cache: QueryClient): Set<unknown> {
  const answered = cache.getQueriesData<Answer>({ queryKey: keys.allFigures });
  return new Set(answered.flatMap(([key, answer]) => (answer ? key.slice(1) : [])));
}

/** What other questions gave, so that nothing goes while one more run is asked for. */
function alreadyKnown(cache: QueryClient, ids: ReadonlySet<string>): Answer {
  const known: Answer = {};
  for (const [, answer] of cache.getQueriesData<Answer>({ queryKey: keys.allFigures }))
    for (const [path, row] of Object.entries(answer ?? {}))
      for (const [id, value] of Object.entries(row))
        if (ids.has(id)) known[path] = { ...known[path], [id]: value };
  return known;
}

function figuresOf(pages: readonly Answer[]): Figures {
  const names = [...new Set(pages.flatMap(Object.keys))].slice(0, MOST_COLUMNS);
  const rows = names.map((name) => Object.assign({}, ...pages.map((page) => page[name])));
  return { names, of: (id) => rows.map((row) => inWords(row[id])) };
}

function inWords(value: unknown): string {
  if (typeof value === "bigint") return value.toLocaleString("en-US");
  if (typeof value !== "number") return typeof value === "string" ? value : "";
  return figure(value);
}
