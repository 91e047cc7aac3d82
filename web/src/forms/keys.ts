/** Names for items that have none, so that what belongs to an item moves with it. */
import { useState } from "react";

let last = 0;

/** A key for each of so many items; `arrange` says how they have changed places. */
export function useKeys(count: number): [readonly number[], (next: readonly number[]) => void] {
  const [kept, setKept] = useState<readonly number[]>([]);
  if (kept.length === count) return [kept, setKept];
  const next = Array.from({ length: count }, (_, at) => kept[at] ?? fresh());
  setKept(next);
  return [next, setKept];
}

export function fresh(): number {
  last += 1;
  return last;
}
