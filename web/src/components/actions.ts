/** What people do, with the words they are told afterwards: every button, key and menu uses these. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { deleteInstance, type Instance } from "#api/instances";
import { messageOf } from "#api/problem";
import { cancelRun, deleteRun, type RunInList, startPreparedRun, startRun } from "#api/runs";
import { applyRun } from "#live/apply";
import { confirm } from "#ui/confirm";
import { toast } from "#ui/toast";
import { plural, shortId } from "#util/format";
import { expectEnding } from "./endings";

/** Starts a run; `then` gets it. It stays the same function, so that rows are not drawn again. */
export function useStartRun(then?: (runId: string) => void) {
  const cache = useQueryClient();
  const { mutateAsync, isPending } = useMutation(startRun(cache));
  const start = useCallback(
    async (instanceId: string) => {
      try {
        const run = await mutateAsync(instanceId);
        expectEnding(run.id);
        applyRun(cache, run);
        toast.success("Run started");
        then?.(run.id);
      } catch (error) {
        toast.error(messageOf(error), "Failed to start");
      }
    },
    [cache, mutateAsync, then],
  );
  return { start, isPending };
}

/** Starts a run that was only prepared. */
export function useStartPrepared() {
  const cache = useQueryClient();
  const { mutateAsync, isPending } = useMutation(startPreparedRun(cache));
  const start = (runId: string) =>
    told(mutateAsync(runId), () => toast.success("Run started"), "Failed to start");
  return { start, isPending };
}

/** Cancels, or by force, after a question. */
export function useCancelRun() {
  const cache = useQueryClient();
  const { mutateAsync, isPending } = useMutation(cancelRun(cache));
  const cancel = async (run: Pick<RunInList, "id" | "cancelling">) => {
    if (!(await confirm(run.cancelling ? FORCE : CANCEL))) return;
    const done = run.cancelling ? "Run is being ended" : "Cancel requested";
    const asked = mutateAsync({ id: run.id, force: run.cancelling });
    await told(asked, () => toast.info(done), "Cannot cancel");
  };
  return { cancel, isPending };
}

const CANCEL = {
  title: "Cancel this run?",
  message: "It is asked to stop and ends where it next looks. What it has logged stays.",
  yes: "Cancel run",
  no: "Let it run",
};
const FORCE = {
  title: "End this run by force?",
  message: "It was asked to stop and has not ended yet. All its processes are ended now.",
  yes: "End by force",
  no: "Let it finish",
  danger: true,
};

/** Tells how it went also when the button that asked for it is gone meanwhile. */
async function told(asked: Promise<unknown>, done: () => void, failed: string): Promise<void> {
  try {
    await asked;
    done();
  } catch (error) {
    toast.error(messageOf(error), failed);
  }
}

function deleted(asked: Promise<unknown>, what: string, then?: () => void): Promise<void> {
  const done = () => {
    toast.info(`${what} deleted`);
    then?.();
  };
  return told(asked, done, "Cannot delete");
}

/** Deletes with all its runs, after a question. */
export function useDeleteInstance(then?: () => void) {
  const cache = useQueryClient();
  const { mutateAsync, isPending } = useMutation(deleteInstance(cache));
  const remove = async (instance: Pick<Instance, "id" | "name">, runs: number) => {
    const message = `“${instance.name}” and its ${plural(runs, "run")}, with all logs and results, are gone for good.`;
    const title = "Delete this instance?";
    if (!(await confirm({ title, message, yes: "Delete", danger: true }))) return;
    await deleted(mutateAsync(instance.id), "Experiment", then);
  };
  return { remove, isPending };
}

/** Deletes a run with all it said, after a question. */
export function useDeleteRun(then?: () => void) {
  const cache = useQueryClient();
  const { mutateAsync, isPending } = useMutation(deleteRun(cache));
  const remove = async (run: Pick<RunInList, "id">) => {
    const message = "Its logs and results are gone for good.";
    const title = `Delete run ${shortId(run.id)}?`;
    if (!(await confirm({ title, message, yes: "Delete", danger: true }))) return;
    await deleted(mutateAsync(run.id), "Run", then);
  };
  return { remove, isPending };
}
