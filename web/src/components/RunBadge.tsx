/** The status of a run, with what it is about to become. */
import type { RunInList } from "#api/runs";
import { StatusBadge } from "#ui/StatusBadge";

type Said = Pick<RunInList, "status" | "cancelling" | "finishing" | "queued_at">;

export function RunBadge({ run }: { run: Said }) {
  return <StatusBadge status={run.status} label={labelOf(run)} />;
}

function labelOf(run: Said): string {
  if (run.status === "pending") return run.queued_at === null ? "prepared" : "pending";
  if (run.status !== "running") return run.status;
  if (run.finishing) return "finishing";
  return run.cancelling ? "cancelling" : "running";
}
