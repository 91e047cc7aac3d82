/** What is done to several runs at once, after one question. */
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { keys } from "#api/keys";
import { messageOf } from "#api/problem";
import { askToCancel, askToDelete, type RunInList } from "#api/runs";
import { applyRun } from "#live/apply";
import { confirm } from "#ui/confirm";
import { toast } from "#ui/toast";
import { plural } from "#util/format";
import { isFinal } from "#util/status";

const AT_ONCE = 6;

export function useBulk(runs: readonly RunInList[], then: () => void) {
  const cache = useQueryClient();
  const [isPending, setPending] = useState(false);
  const live = runs.filter(({ status }) => !isFinal(status));
  const ended = runs.filter(({ status }) => isFinal(status));

  const act = async (some: readonly RunInList[], one: (run: RunInList) => Promise<unknown>) => {
    setPending(true);
    const problems = await inTurns(some, one);
    setPending(false);
    void cache.invalidateQueries({ queryKey: keys.runCountLists });
    return problems;
  };

  const cancel = async () => {
    const title = `Cancel ${plural(live.length, "run")}?`;
    const message = "They are asked to stop and end where they next look. What they logged stays.";
    if (!(await confirm({ title, message, yes: "Cancel runs", no: "Let them run" }))) return;
    const ask = async ({ id }: RunInList) => applyRun(cache, await askToCancel({ id }));
    const problems = await act(live, ask);
    tell(problems, "Cannot cancel", `Cancel requested for ${plural(live.length, "run")}`);
    then();
  };

  const remove = async () => {
    const title = `Delete ${plural(ended.length, "run")}?`;
    const message = "Their logs and results are gone for good.";
    if (!(await confirm({ title, message, yes: "Delete", danger: true }))) return;
    const problems = await act(ended, ({ id }) => askToDelete(id));
    void cache.invalidateQueries({ queryKey: keys.runLists });
    void cache.invalidateQueries({ queryKey: keys.instances });
    tell(problems, "Cannot delete", `${plural(ended.length, "run")} deleted`);
    then();
  };
  return { live: live.length, ended: ended.length, cancel, remove, isPending };
}

/** A few at a time; what went wrong. */
async function inTurns(
  runs: readonly RunInList[],
  one: (run: RunInList) => Promise<unknown>,
): Promise<string[]> {
  const waiting = [...runs];
  const problems: string[] = [];
  const worker = async () => {
    for (let run = waiting.shift(); run; run = waiting.shift())
      await one(run).catch((error: unknown) => problems.push(messageOf(error)));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return problems;
}

function tell(problems: readonly string[], failed: string, done: string): void {
  const first = problems[0];
  if (first === undefined) return toast.info(done);
  const others = problems.length > 1 ? ` (and ${plural(problems.length - 1, "other")})` : "";
  toast.error(first + others, failed);
}
