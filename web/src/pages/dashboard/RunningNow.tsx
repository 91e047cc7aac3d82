/** What works at this moment, with its progress. */
import type { RunOfInstance } from "#api/runs";
import { RunBadge } from "#components/RunBadge";
import { useActiveRuns } from "#live/hooks";
import { TextLink } from "#ui/links";
import { ProgressBar } from "#ui/ProgressBar";
import { Duration } from "#ui/Time";
import { count, plural, shortId } from "#util/format";
import styles from "./Dashboard.module.css";

const SHOWN = 6;

export function RunningNow() {
  const { runs, running, pending } = useActiveRuns();
  if (runs.length === 0) return null;
  const others = running + pending - Math.min(runs.length, SHOWN);
  return (
    <section className={`panel ${styles.now}`} aria-label="Running now">
      <h2>
        {plural(running, "run")} working{pending > 0 && `, ${count(pending)} waiting`}
      </h2>
      {runs.slice(0, SHOWN).map((run) => (
        <Running key={run.id} run={run} />
      ))}
      {others > 0 && (
        <div className={styles.others}>
          <TextLink to="/runs" search={{ status: ["pending", "running"] }}>
            {plural(others, "other run")}
          </TextLink>
        </div>
      )}
    </section>
  );
}

function Running({ run }: { run: RunOfInstance }) {
  return (
    <div className={styles.running}>
      <RunBadge run={run} />
      <span className="clip">
        <TextLink to="/runs/$id" params={{ id: run.id }}>
          {run.instance_name} <span className="mono dim">{shortId(run.id)}</span>
        </TextLink>
      </span>
      <span className={`dim clip ${styles.message}`}>{run.progress?.message ?? run.waits_for}</span>
      <span className={styles.progress}>
        {run.progress && (
          <ProgressBar {...run.progress} label={`Progress of ${run.instance_name}`} />
        )}
      </span>
      <span className={styles.elapsed}>
        <Duration seconds={null} since={run.started_at} />
      </span>
    </div>
  );
}
