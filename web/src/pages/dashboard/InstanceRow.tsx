/** An instance in the list: what it is, how its last run went, and what can be done with it. */
import { IconPencil, IconPlayerPlay } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { memo, useState } from "react";
import type { InstanceInList } from "#api/instances";
import type { RunOfInstance } from "#api/runs";
import { RunBadge } from "#components/RunBadge";
import { TextLink } from "#ui/links";
import { ProgressBar } from "#ui/ProgressBar";
import { StatusBadge } from "#ui/StatusBadge";
import { RelativeTime } from "#ui/Time";
import { plural, shortModule } from "#util/format";
import styles from "./Dashboard.module.css";
import { More } from "./More";

type Props = {
  instance: InstanceInList;
  at: number;
  /** How many there are; -1 while that is not known. */
  of: number;
  /** What it is working at. */
  run?: RunOfInstance;
  start: (instanceId: string) => Promise<void>;
};

export const InstanceRow = memo(function InstanceRow({ instance, at, of, run, start }: Props) {
  const { id, name, description, experiment_module: module, stats } = instance;
  return (
    <article className={styles.row} aria-label={name} aria-posinset={at + 1} aria-setsize={of}>
      <div className={styles.what}>
        <TextLink
          to="/experiments/$id"
          params={{ id }}
          className={`clip ${styles.name}`}
          title={name}
          data-main
        >
          {name}
        </TextLink>
        {description && <div className="dim clip2">{description}</div>}
      </div>
      <div className={`mono dim clip ${styles.module}`} title={module}>
        {shortModule(module)}
      </div>
      <div className={styles.last}>
        <div className={styles.lastLine}>
          {run ? <RunBadge run={run} /> : <LastStatus {...stats} />}
          {stats.last_run_at && <RelativeTime at={stats.last_run_at} />}
        </div>
        {run?.progress && <ProgressBar {...run.progress} label={`Progress of ${name}`} />}
      </div>
      <div className={`dim number ${styles.count}`}>{plural(stats.run_count, "run")}</div>
      <Actions instance={instance} start={start} />
    </article>
  );
});

function LastStatus({ last_run_status: status }: InstanceInList["stats"]) {
  return status ? <StatusBadge status={status} /> : <span className="dim">never run</span>;
}

/** Plain elements: a fast wheel brings a hundred rows a second into the page. */
function Actions({ instance, start }: Pick<Props, "instance" | "start">) {
  const { id, name } = instance;
  const [starting, setStarting] = useState(false);
  const begin = async () => {
    setStarting(true);
    await start(id);
    setStarting(false);
  };
  return (
    <div className={styles.actions}>
      <button
        type="button"
        className={styles.start}
        aria-label={`Start run of ${name}`}
        disabled={starting}
        onClick={() => void begin()}
      >
        <IconPlayerPlay size={12} aria-hidden />
        Start run
      </button>
      <Link
        to="/experiments/$id/edit"
        params={{ id }}
        className={styles.icon}
        title="Edit"
        aria-label={`Edit ${name}`}
      >
        <IconPencil size={15} aria-hidden />
      </Link>
      <More instance={instance} />
    </div>
  );
}
