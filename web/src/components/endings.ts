/** Tells how a run ended that one waits for: one that this tab started, or of the page that is open. */
import { useRef } from "react";
import type { Handler } from "#live/socket";
import { toast } from "#ui/toast";
import { reasonOf } from "#util/errors";
import { shortId } from "#util/format";
import { isFinal } from "#util/status";

const started = new Set<string>();

/** Remember that this tab started a run. */
export function expectEnding(runId: string): void {
  started.add(runId);
}

/** For `useTopic`: a message at the end of each run of an instance, or of those started here. */
export function useEndings(instanceId?: string): Handler {
  const told = useRef(new Set<string>());
  return (frame) => {
    if (frame.event !== "run_completed" && frame.event !== "run_updated") return;
    const { run } = frame;
    const expected = started.has(run.id) || run.instance_id === instanceId;
    if (!expected || !isFinal(run.status) || told.current.has(run.id)) return;
    told.current.add(run.id);
    started.delete(run.id);
    const message = `Run ${run.status}: ${run.instance_name ?? "run"} · ${shortId(run.id)}`;
    if (run.status === "failed") toast.error(reasonOf(run.error ?? ""), message);
    else toast.info(message);
  };
}
