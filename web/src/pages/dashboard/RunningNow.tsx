/** What works at this moment, with its progress. */

import { RunBadge } from "#components/RunBadge";
import { useActiveRuns } from "#live/hooks";
import { TextLink } from "#ui/links";
import { ProgressBar } from "#ui/ProgressBar";
import { Duration } from "#ui/Time";
import { plural, shortId } from "#util/format";
import styles from "./Dashboard.module.css";

const SHOWN = 8;

export function RunningNow() {
  const { runs, running, pending } = useActiveRuns();
  if (runs.length === 0) return null;
  return (
    <section className={`panel ${styles.now}`} aria-label="Running now">
      <h2>
        {plural(running, "run")} working{pending > 0 && `, ${pending} waiting`}
      </h2>
      {runs.slice(0, SHOWN).map((run) => (
        <div key={run.id} className={styles.running}>
          <RunBadge run={run} />
          <span className="clip">
            <TextLink to="/runs/$id" params={{ id: run.id }}>
              {run.instance_name}
            </TextLink>{" "}
            <span className="mono dim">{shortId(run.id)}</span>{" "}
            <Duration seconds={null} since={run.started_at} />
          </span>
          {run.progress ? <ProgressBar {...run.progress} /> : <span />}
        </div>
      ))}
    </section>
  );
}
