/** How fast something goes on, and how long it will take. */
import { duration, lapse } from "./format";

/** `goes` is the rate, or since when there is none; `left_s` is null when nobody can know. */
export type Pace = { goes: string; left_s: number | null };

type Done = {
  current: number;
  /** 0 when the end is not known. */
  total: number;
  /** From the start to what was told last. */
  elapsed_s: number;
  /** Since then. */
  silence_s?: number;
  /** Between what was told last and what was told before, where that is known. */
  gap_s?: number;
};

/** A silence says nothing before it is as long as this, and as so many usual ones. */
const LEAST_SILENCE_S = 60;
const USUAL_ONES = 5;

/** From what was done since the start; null while nothing was. */
export function paceOf({ current, total, elapsed_s, silence_s = 0, gap_s = 0 }: Done): Pace | null {
  if (current <= 0 || elapsed_s <= 0) return null;
  const usual_s = Math.max(elapsed_s / current, gap_s);
  if (silence_s >= Math.max(LEAST_SILENCE_S, USUAL_ONES * usual_s))
    return { goes: `no progress for ${lapse(silence_s)}`, left_s: null };
  // Until the next is due, what is left becomes less; then the rate falls.
  const waited_s = Math.min(Math.max(0, silence_s), usual_s);
  const each_s = (elapsed_s + Math.max(0, silence_s - usual_s)) / current;
  const left_s = total > current ? (total - current) * each_s - waited_s : null;
  return { goes: spoken(1 / each_s), left_s };
}

function spoken(per_s: number): string {
  if (per_s < 0.5) return `${duration(1 / per_s)} each`;
  return `${per_s >= 100 ? Math.round(per_s).toLocaleString("en-US") : per_s.toPrecision(2)}/s`;
}
