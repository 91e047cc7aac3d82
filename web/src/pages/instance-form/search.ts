/** What a new instance begins with: an experiment, or another instance. */
export type NewSearch = { experiment?: string; clone?: string };

export function newSearch(given: Record<string, unknown>): NewSearch {
  const { experiment, clone } = given;
  return {
    ...(typeof experiment === "string" && experiment && { experiment }),
    ...(typeof clone === "string" && clone && { clone }),
  };
}
