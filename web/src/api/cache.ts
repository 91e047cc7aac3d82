/** The query cache: everything that came from the server, once. */
import { QueryClient } from "@tanstack/react-query";
import { Problem } from "./problem";

export function makeCache(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      // Live events keep what is shown true, so nothing is asked again for its age alone.
      queries: { staleTime: 30_000, retry: worthAnother, refetchOnWindowFocus: false },
    },
  });
}

/** A refusal stays one; no answer, or a server that is busy, may be another one in a moment. */
function worthAnother(failures: number, error: Error): boolean {
  const refused = error instanceof Problem && error.status !== 0 && error.status !== 503;
  return !refused && failures < 2;
}

/** All items of the pages that an infinite query has loaded. */
export function itemsOf<T>(data: { pages: { items: T[] }[] } | undefined): T[] {
  return data?.pages.flatMap((page) => page.items) ?? [];
}

const SHORT_PAGES = 3;

/**
 * Lists that something was done to are asked for again, unless many pages of them are loaded: those
 * would all be asked for, and live events keep them true.
 */
export function askListsAgain(cache: QueryClient, queryKey: readonly unknown[]): Promise<void> {
  return cache.invalidateQueries({
    queryKey,
    predicate: ({ state }) => {
      const { pages } = (state.data ?? {}) as { pages?: unknown[] };
      return (pages?.length ?? 0) <= SHORT_PAGES;
    },
  });
}
