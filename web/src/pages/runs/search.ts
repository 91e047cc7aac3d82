/** The filters of the list of runs, as they stand in the address. */
import { STATUSES, type Status } from "#util/status";

export type RunsSearch = { status?: Status[]; experiment?: string; name?: string };

export function runsSearch(given: Record<string, unknown>): RunsSearch {
  const asked = ([] as unknown[]).concat(given.status ?? []);
  const status = STATUSES.filter((one) => asked.includes(one));
  const { experiment, name } = given;
  return {
    ...(status.length > 0 && { status }),
    ...(typeof experiment === "string" && experiment && { experiment }),
    ...(typeof name === "string" && name && { name }),
  };
}
