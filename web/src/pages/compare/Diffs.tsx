/** What was not committed when each run began. */
import type { Run } from "#api/runs";
import { shortId } from "#util/format";
import styles from "./Compare.module.css";
import { diffOf } from "./fields";

export function Diffs({ runs, names }: { runs: readonly Run[]; names: Record<string, string> }) {
  const changed = runs.filter((run) => diffOf(run) !== "");
  if (changed.length === 0) return null;
  return (
    <section className={`panel ${styles.diffs}`} aria-label="Uncommitted changes">
      <h2>Uncommitted changes</h2>
      {changed.map((run) => (
        <details key={run.id}>
          <summary>
            {names[run.id]} <span className="mono dim">{shortId(run.id)}</span>
          </summary>
          <pre className="mono">
            {diffOf(run)
              .split("\n")
              .map((line, at) => (
                <span key={at} data-sign={line[0]}>
                  {line}
                  {"\n"}
                </span>
              ))}
          </pre>
        </details>
      ))}
    </section>
  );
}
