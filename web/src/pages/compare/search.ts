/** Which runs are compared, as it stands in the address: `?runs=a,b`. */
export type CompareSearch = { runs?: string };

export function compareSearch(given: Record<string, unknown>): CompareSearch {
  return typeof given.runs === "string" && given.runs ? { runs: given.runs } : {};
}
