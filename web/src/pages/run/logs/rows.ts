/** The rows that the filters leave: from the book of all lines, or found by a search. */

import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useSyncExternalStore } from "react";
import { call } from "#api/client";
import type { Level } from "#api/logs";
import { logsQuery, TAIL, tailQuery } from "#api/logs";
import type { LogCounts, RunDetails } from "#api/runs";
import { useFeedOf, useRunFact } from "#live/hooks";
import { toast } from "#ui/toast";
import { type Line, LogBook } from "./logBook";
import { LogSearch } from "./search";

export type Rows = {
  /** Another one is another list, which begins anew. */
  key: string;
  total: number;
  version: number;
  busy: boolean;
  row: (at: number) => Line | undefined;
  want: (first: number, end: number) => void;
  search: LogSearch | null;
  /** Row N is line N + 1. */
  whole: boolean;
};

/** How many lines of each level there are: told by the feed, else as the run was fetched. */
export function useCounts(run: RunDetails): LogCounts {
  const told = useRunFact(run.id, (state) => state.logCounts);
  return told && told.total >= run.log_counts.total ? told : run.log_counts;
}

/** How many lines there are by now, asked when it is wanted. */
export function useTotal(run: RunDetails): () => number {
  const feed = useFeedOf(run.id);
  return () => Math.max(run.log_counts.total, feed.store.get().logCounts?.total ?? 0);
}

export function useRows(
  runId: string,
  counts: LogCounts,
  levels: Level[] | undefined,
  text: string | undefined,
): Rows {
  const book = useBook(runId, levels);
  const search = useSearchFor(runId, levels, text);
  const shown = search ?? book;
  useEffect(() => book.count(counts), [book, counts]);
  useEffect(() => void search?.goOn(counts.total), [search, counts.total]);
  const version = useSyncExternalStore(shown.version.subscribe, shown.version.get);
  return {
    key: `${levels} ${text}`,
    total: shown.total,
    version,
    busy: search?.busy ?? false,
    row: (at) => shown.row(at),
    want: (first, end) => shown.want(first, end),
    search,
    whole: search === null && levels === undefined,
  };
}

function useBook(runId: string, levels: Level[] | undefined): LogBook {
  const feed = useFeedOf(runId);
  const cache = useQueryClient();
  const chosen = levels?.join(" ");
  const book = useMemo(() => {
    const level = chosen ? (chosen.split(" ") as Level[]) : undefined;
    const fetch = async (first_row: number, limit: number) =>
      (
        await call("get", "/api/runs/{run_id}/logs", {
          path: { run_id: runId },
          query: { first_row, limit, level },
        })
      ).items;
    return new LogBook(fetch, level);
  }, [runId, chosen]);
  useEffect(() => {
    const follow = () => {
      const { lines, logCounts } = feed.store.get();
      if (logCounts) book.add(lines, logCounts);
    };
    follow();
    return feed.store.subscribe(follow);
  }, [book, feed]);
  useEffect(() => {
    if (chosen) return;
    const ended = ({ items, total }: { items: Line[]; total: number }) => book.end(items, total);
    book.expectEnd(TAIL);
    cache.fetchQuery(tailQuery(runId)).then(ended, () => book.noEnd());
  }, [cache, book, runId, chosen]);
  return book;
}

function useSearchFor(runId: string, levels: Level[] | undefined, text: string | undefined) {
  const chosen = levels?.join(" ");
  const search = useMemo(() => {
    if (!text) return null;
    const level = chosen ? (chosen.split(" ") as Level[]) : undefined;
    const look = (after_line: number, limit: number) =>
      call("get", "/api/runs/{run_id}/logs/search", {
        path: { run_id: runId },
        query: { text, level, after_line, limit },
      });
    return new LogSearch(look);
  }, [runId, chosen, text]);
  useEffect(() => {
    search?.resume();
    return () => search?.stop();
  }, [search]);
  return search;
}

export type Jumps = { first: () => void; next: () => void; previous: () => void };

/** From error to error, from the marked line on. */
export function useJumps(runId: string, from: number | undefined, go: (line: number) => void) {
  const cache = useQueryClient();
  const jump = useCallback(
    async (window: { after_line?: number; before_line?: number; order?: "newest" }) => {
      const asked = logsQuery(runId, { level: ["error"], limit: 1, ...window });
      const { items } = await cache.fetchQuery({ ...asked, staleTime: 0 });
      if (items[0]) go(items[0].line);
      else toast.info("No further error");
    },
    [cache, runId, go],
  );
  return useMemo<Jumps>(
    () => ({
      first: () => void jump({}),
      next: () => void jump({ after_line: from ?? 0 }),
      previous: () => void jump({ before_line: from, order: "newest" }),
    }),
    [jump, from],
  );
}
