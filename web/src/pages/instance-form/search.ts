/** What a new instance begins with: an experiment, or another instance. */
export type NewSearch = { experiment?: string; from?: string };

export function newSearch(given: Record<string, unknown>): NewSearch {
  const { experiment, from } = given;
  return {
    ...(typeof experiment === "string" && experiment && { experiment }),
    ...(typeof from === "string" && from && { from }),
  };
}
