/**
 * Answers that an event has overtaken: asked for before it and read after it, they may say what
 * was, and would be kept. They are asked for once more when they have come.
 */
import type { Query, QueryClient, QueryKey } from "@tanstack/react-query";
import { askSoon } from "./askSoon";

const waited = new WeakSet<Query>();

export function askOvertaken(cache: QueryClient, prefixes: readonly QueryKey[]): void {
  for (const queryKey of prefixes) {
    const onTheWay = cache.getQueryCache().findAll({ queryKey, fetchStatus: "fetching" });
    for (const query of onTheWay) askOnceAnswered(cache, query);
  }
}

function askOnceAnswered(cache: QueryClient, query: Query): void {
  if (waited.has(query)) return;
  waited.add(query);
  const leave = cache.getQueryCache().subscribe((event) => {
    if (event.query !== query || query.state.fetchStatus === "fetching") return;
    leave();
    waited.delete(query);
    askSoon(cache, query.queryKey);
  });
}
