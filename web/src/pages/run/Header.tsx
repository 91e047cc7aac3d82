/** How a run stands, always in sight. */
import { ActionIcon, Loader, Tooltip } from "@mantine/core";
import { IconCopy } from "@tabler/icons-react";
import type { RunDetails } from "#api/runs";
import { RunBadge } from "#components/RunBadge";
import { TextLink } from "#ui/links";
import { ProgressBar } from "#ui/ProgressBar";
import { Duration, RelativeTime } from "#ui/Time";
import { toast } from "#ui/toast";
import { bytes, count, shortId, shortModule } from "#util/format";
import { peakBytes } from "#util/memory";
import { isFinal } from "#util/status";
import { Actions } from "./Actions";
import { ErrorText } from "./ErrorText";
import { Pace } from "./Pace";
import styles from "./Run.module.css";

export function Header({ run }: { run: RunDetails }) {
  return (
    <header className={styles.header}>
      <div className={styles.line}>
        <h1 className={styles.name}>
          <RunBadge run={run} />
          <TextLink
            to="/experiments/$id"
            params={{ id: run.instance_id }}
            className="clip"
            style={{ color: "inherit" }}
          >
            {run.instance_name}
          </TextLink>
          <Id id={run.id} />
        </h1>
        <Actions run={run} />
      </div>
      <div className={styles.state}>
        <Facts run={run} />
        {run.status === "running" && <Going run={run} />}
        {run.status === "pending" && <Waiting run={run} />}
      </div>
      {run.error && <ErrorText error={run.error} />}
    </header>
  );
}

function Id({ id }: { id: string }) {
  const copy = () =>
    navigator.clipboard.writeText(id).then(
      () => toast.info("Id copied"),
      () => toast.error(id, "Not copied"),
    );
  return (
    <span className={styles.id}>
      <span className="mono dim">{shortId(id)}</span>
      <ActionIcon
        variant="subtle"
        color="gray"
        size="xs"
        aria-label="Copy the id"
        onClick={() => void copy()}
      >
        <IconCopy size={13} />
      </ActionIcon>
    </span>
  );
}

function Facts({ run }: { run: RunDetails }) {
  const { usage } = run;
  const live = !isFinal(run.status);
  const peak = peakBytes(run);
  return (
    <div className={`dim ${styles.facts}`}>
      <Tooltip label={run.experiment_module}>
        <span>{shortModule(run.experiment_module)}</span>
      </Tooltip>
      {run.queued_at && !run.started_at && (
        <span>
          queued <RelativeTime at={run.queued_at} />
        </span>
      )}
      {run.started_at && (
        <span>
          started <RelativeTime at={run.started_at} />
        </span>
      )}
      {run.started_at && (
        <span data-elapsed className={live ? `${styles.strong} ${styles.ticking}` : styles.strong}>
          <Duration seconds={run.duration_s} since={run.started_at} />
        </span>
      )}
      {typeof run.metadata.host === "string" && <span>{run.metadata.host}</span>}
      {usage && live && (
        <span className={`number ${styles.ticking}`}>CPU {Math.round(usage.cpu_percent)}%</span>
      )}
      {usage && live && <span className="number">{bytes(usage.memory_bytes)}</span>}
      {!live && peak !== undefined && <span className="number">peak {bytes(peak)}</span>}
      {!live && run.status !== "completed" && run.progress && (
        <span className="number">
          ended at {count(run.progress.current)} of {count(run.progress.total)}
        </span>
      )}
      {run.gpus.length > 0 && <span>GPU {run.gpus.join(", ")}</span>}
      {run.skipped_lines > 0 && (
        <span className={styles.failed}>{count(run.skipped_lines)} unreadable lines left out</span>
      )}
    </div>
  );
}

/** Progress, or that it works when it told none. */
function Going({ run }: { run: RunDetails }) {
  const { progress } = run;
  if (!progress) {
    return (
      <div className={styles.going}>
        <Loader size={13} role="img" aria-label="Working" />
        <span className="dim">{said(run)}</span>
      </div>
    );
  }
  return (
    <div className={styles.going}>
      <ProgressBar {...progress} plain />
      <span className="number">
        {count(progress.current)}
        {progress.total > 0 && `/${count(progress.total)} (${progress.percent}%)`}
      </span>
      {run.started_at && <Pace progress={progress} start={run.started_at} />}
      {progress.message && <span className="clip">{progress.message}</span>}
    </div>
  );
}

function said(run: RunDetails): string {
  if (run.finishing) return "It has said its last word; its processes are ending.";
  if (run.cancelling) return "It was asked to stop and ends where it next looks.";
  return "Working";
}

function Waiting({ run }: { run: RunDetails }) {
  if (run.queued_at === null)
    return <div className={`dim ${styles.going}`}>Prepared; it has not been started.</div>;
  const place = run.queue_place > 0 ? `Place ${count(run.queue_place)} in the queue` : "Starting";
  return (
    <div className={styles.going}>
      <Loader size={13} role="img" aria-label="Waiting" />
      <span>
        {place}
        {run.waits_for && ` · waits for ${run.waits_for}`}
      </span>
    </div>
  );
}
