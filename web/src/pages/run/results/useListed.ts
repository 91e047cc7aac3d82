/** The list of results: pages as one scrolls, and new ones as they come. */
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useRef } from "react";
import { itemsOf } from "#api/cache";
import { keys } from "#api/keys";
import { type ResultSummary, resultsQuery } from "#api/results";
import type { RunDetails } from "#api/runs";
import { useRunFeed } from "#live/hooks";
import { filterOf, type Order, withLive } from "./listing";

/** So many are kept beside the pages; then the pages are asked for again. */
const MOST_LIVE = 5000;

export function useListed(run: RunDetails, by: Order, key: string) {
  const { state } = useRunFeed(run.id);
  const live = useRef(new Map<string, ResultSummary>());
  const cache = useQueryClient();
  const filter = filterOf(by, key);
  const query = useInfiniteQuery({
    ...resultsQuery(run.id, filter),
    placeholderData: (before) => before,
  });
  for (const result of state.results) live.current.set(result.id, result);
  const { lagged } = state;
  const isFull = live.current.size > MOST_LIVE;
  // biome-ignore lint/correctness/useExhaustiveDependencies: also whenever something was left out
  useEffect(() => {
    if (!isFull && lagged === 0) return;
    live.current.clear();
    void cache.invalidateQueries({ queryKey: keys.results(run.id, filter) });
  }, [isFull, lagged]);
  const { data, hasNextPage, isPlaceholderData } = query;
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever new ones came
  const items = useMemo(() => {
    const complete = !hasNextPage && data !== undefined && !isPlaceholderData;
    return withLive(itemsOf(data), live.current.values(), { by, key, complete });
  }, [data, hasNextPage, isPlaceholderData, by, key, state.results]);
  const total = Math.max(state.resultCount ?? 0, run.result_count, key ? 0 : items.length);
  return { ...query, items, total };
}
