/** How many runs there are of each status, each a way to see only those. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type RunFilter, runCountsQuery } from "#api/runs";
import { count } from "#util/format";
import { STATUSES, type Status } from "#util/status";
import styles from "./Runs.module.css";

export function StatusTabs({ filter }: { filter: RunFilter }) {
  const { data } = useQuery(runCountsQuery(filter));
  return (
    <nav className={styles.tabs} aria-label="Statuses">
      <Tab label="all" number={data?.total} />
      {STATUSES.map((status) => (
        <Tab key={status} label={status} status={status} number={data?.[status]} />
      ))}
    </nav>
  );
}

type TabProps = { label: string; status?: Status; number?: number };

function Tab({ label, status, number }: TabProps) {
  return (
    <Link
      to="/runs"
      search={(before) => ({ ...before, status: status && [status] })}
      replace
      activeOptions={{ exact: true }}
    >
      {status && (
        <span
          className={styles.dot}
          style={{ background: `var(--status-${status})` }}
          aria-hidden="true"
        />
      )}
      {label} <span className="dim number">{number === undefined ? "" : count(number)}</span>
    </Link>
  );
}
