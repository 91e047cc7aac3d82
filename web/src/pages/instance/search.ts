/** What of an instance is shown, as it stands in the address; its runs unless that says otherwise. */
export const TABS = ["runs", "configuration"] as const;
export type Tab = (typeof TABS)[number];
export type InstanceSearch = { tab?: Tab; changed?: true };

export function instanceSearch(given: Record<string, unknown>): InstanceSearch {
  if (given.tab !== "configuration") return {};
  return { tab: "configuration", ...(given.changed === true && { changed: true }) };
}
