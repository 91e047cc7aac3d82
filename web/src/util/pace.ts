/** How fast something goes on, and how long it will take. */
import { duration } from "./format";

export type Pace = { rate: string; left_s: number | null };

/** From what was done since the start; null while nothing was. */
export function paceOf(current: number, total: number, elapsed_s: number): Pace | null {
  if (current <= 0 || elapsed_s <= 0) return null;
  const per_s = current / elapsed_s;
  const left_s = total > current ? (total - current) / per_s : null;
  return { rate: spoken(per_s), left_s };
}

function spoken(per_s: number): string {
  if (per_s < 0.5) return `${duration(1 / per_s)} each`;
  return `${per_s >= 100 ? Math.round(per_s).toLocaleString("en-US") : per_s.toPrecision(2)}/s`;
}
