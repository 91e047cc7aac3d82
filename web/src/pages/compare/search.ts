/** Which runs are compared and how, as it stands in the address: `?runs=a,b`. */
import { BETTER, type Better } from "./figures";

export type CompareSearch = {
  runs?: string;
  /** Fields that are equal everywhere are shown too. */
  equal?: boolean;
  /** What is better for a figure, where that was chosen. */
  best?: Record<string, Better>;
  group?: string;
  column?: string;
  scale?: "log";
};

export function compareSearch(given: Record<string, unknown>): CompareSearch {
  const text = (name: string) => (given[name] == null ? "" : String(given[name]));
  const best = chosenOf(given.best);
  return {
    ...(text("runs") && { runs: text("runs") }),
    ...(given.equal === true && { equal: true }),
    ...(Object.keys(best).length > 0 && { best }),
    ...(text("group") && { group: text("group") }),
    ...(text("column") && { column: text("column") }),
    ...(given.scale === "log" && { scale: "log" as const }),
  };
}

function chosenOf(given: unknown): Record<string, Better> {
  if (typeof given !== "object" || given === null) return {};
  const known = ([, value]: [string, unknown]) => BETTER.includes(value as Better);
  return Object.fromEntries(Object.entries(given).filter(known)) as Record<string, Better>;
}
