/** The five statuses of a run; the same names as in the database and over the wire. */
export const STATUSES = ["pending", "running", "completed", "failed", "cancelled"] as const;
export type Status = (typeof STATUSES)[number];

export function isFinal(status: Status): boolean {
  return status === "completed" || status === "failed" || status === "cancelled";
}
