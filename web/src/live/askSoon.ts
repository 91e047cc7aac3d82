/** Asks again for what events made old: once for many events in a moment. */
import type { QueryClient } from "@tanstack/react-query";

const SOON_MS = 250;
const due = new WeakMap<QueryClient, Set<string>>();

export function askSoon(cache: QueryClient, queryKey: readonly unknown[]): void {
  const names = due.get(cache) ?? new Set<string>();
  due.set(cache, names);
  const name = JSON.stringify(queryKey);
  if (names.has(name)) return;
  names.add(name);
  setTimeout(() => {
    names.delete(name);
    void cache.invalidateQueries({ queryKey });
  }, SOON_MS);
}
