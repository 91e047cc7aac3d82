/** Which tab of an instance is open, as it stands in the address; runs unless it says otherwise. */
export const TABS = ["runs", "configuration"] as const;
export type Tab = (typeof TABS)[number];
export type InstanceSearch = { tab?: Tab };

export function instanceSearch(given: Record<string, unknown>): InstanceSearch {
  return given.tab === "configuration" ? { tab: "configuration" } : {};
}
