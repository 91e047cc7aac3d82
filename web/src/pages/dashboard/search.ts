/** What the list of instances shows, as it stands in the address. */
import type { InstanceFilter, InstanceSort } from "#api/instances";
import { STATUSES } from "#util/status";

export type DashboardSearch = InstanceFilter;

export const SORTS: readonly { value: InstanceSort; label: string }[] = [
  { value: "last_run", label: "Last run" },
  { value: "created", label: "Newest" },
  { value: "name", label: "Name" },
];

export function dashboardSearch(given: Record<string, unknown>): DashboardSearch {
  const asked = ([] as unknown[]).concat(given.status ?? []);
  const status = STATUSES.filter((one) => asked.includes(one));
  const sort = SORTS.find(({ value }) => value === given.sort)?.value ?? "last_run";
  const { experiment, name } = given;
  return {
    ...(typeof experiment === "string" && experiment && { experiment }),
    ...(typeof name === "string" && name && { name }),
    ...(status.length > 0 && { status }),
    ...(sort !== "last_run" && { sort }),
  };
}
