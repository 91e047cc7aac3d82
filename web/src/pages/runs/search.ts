/** The filters of the list of runs, as they stand in the address. */
import { STATUSES, type Status } from "#util/status";

export const SPANS = ["1h", "24h", "7d", "30d"] as const;
export type Span = (typeof SPANS)[number];
export type RunsSearch = { status?: Status[]; experiment?: string; name?: string; within?: Span };

export function runsSearch(given: Record<string, unknown>): RunsSearch {
  const asked = ([] as unknown[]).concat(given.status ?? []);
  const known = STATUSES.filter((one) => asked.includes(one));
  // A word that is no status stays where all are such, and nothing fits: all runs were not asked for.
  const status = known.length > 0 ? known : asked.filter((one) => typeof one === "string");
  const within = SPANS.find((span) => span === given.within);
  const { experiment, name } = given;
  return {
    ...(status.length > 0 && { status: status as Status[] }),
    ...(typeof experiment === "string" && experiment && { experiment }),
    ...(typeof name === "string" && name && { name }),
    ...(within && { within }),
  };
}

/** What is asked for as a status and is none. */
export function unknownStatus({ status = [] }: { status?: readonly Status[] | null }) {
  return status?.find((one) => !STATUSES.includes(one));
}

const HOUR_MS = 3_600_000;
const SPAN_MS: Record<Span, number> = {
  "1h": HOUR_MS,
  "24h": 24 * HOUR_MS,
  "7d": 168 * HOUR_MS,
  "30d": 720 * HOUR_MS,
};

/** When a span that ends now began. */
export function beginOf(span: Span, now: number): string {
  return new Date(now - SPAN_MS[span]).toISOString();
}
