/** Where one is: pages say it, the top bar shows it. */
import { useEffect, useSyncExternalStore } from "react";
import { Store } from "#util/store";

/** The last one is the page itself, and no link. */
export type Crumb = { label: string; to?: string };

const current = new Store<readonly Crumb[]>([]);

export function useCrumbs(crumbs: readonly Crumb[]): void {
  const text = JSON.stringify(crumbs);
  useEffect(() => current.set(JSON.parse(text) as Crumb[]), [text]);
}

export function useCurrentCrumbs(): readonly Crumb[] {
  return useSyncExternalStore(current.subscribe, current.get);
}
