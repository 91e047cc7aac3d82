/** What can be done with a run as it stands. */
import { ActionIcon, Button, Tooltip } from "@mantine/core";
import { IconPlayerPlay, IconPlayerStop, IconRefresh, IconTrash } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import type { RunDetails } from "#api/runs";
import { useCancelRun, useDeleteRun, useStartPrepared, useStartRun } from "#components/actions";
import { useHotkey } from "#ui/hotkeys";
import { isFinal } from "#util/status";
import styles from "./Run.module.css";

export function Actions({ run }: { run: RunDetails }) {
  const prepared = run.status === "pending" && run.queued_at === null;
  if (isFinal(run.status)) return <Ended run={run} />;
  return (
    <div className={styles.acts}>
      {prepared && <Start run={run} />}
      <Stop run={run} />
    </div>
  );
}

function Stop({ run }: { run: RunDetails }) {
  const { cancel, isPending } = useCancelRun();
  return (
    <Button
      variant={run.cancelling ? "filled" : "default"}
      color={run.cancelling ? "red.8" : undefined}
      leftSection={<IconPlayerStop size={14} />}
      loading={isPending}
      disabled={run.force_requested_at !== null}
      onClick={() => void cancel(run)}
    >
      {run.cancelling ? "End by force" : "Cancel"}
    </Button>
  );
}

function Start({ run }: { run: RunDetails }) {
  const { start, isPending } = useStartPrepared();
  return (
    <Button
      leftSection={<IconPlayerPlay size={14} />}
      loading={isPending}
      onClick={() => start(run.id)}
    >
      Start
    </Button>
  );
}

function Ended({ run }: { run: RunDetails }) {
  const navigate = useNavigate();
  const { start, isPending } = useStartRun(
    (id) => void navigate({ to: "/runs/$id", params: { id } }),
  );
  const params = { id: run.instance_id };
  const { remove } = useDeleteRun(() => void navigate({ to: "/experiments/$id", params }));
  const again = () => start(run.instance_id);
  useHotkey("r", "Run again", again);
  return (
    <div className={styles.acts}>
      <Button
        variant="default"
        leftSection={<IconRefresh size={14} />}
        loading={isPending}
        onClick={again}
      >
        Run again
      </Button>
      <Tooltip label="Delete this run">
        <ActionIcon
          variant="default"
          size={30}
          aria-label="Delete"
          onClick={() => void remove(run)}
        >
          <IconTrash size={15} />
        </ActionIcon>
      </Tooltip>
    </div>
  );
}
