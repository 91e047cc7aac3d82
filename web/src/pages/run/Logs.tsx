/** The newest lines, as they are said. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useLayoutEffect, useRef } from "react";
import { logsQuery } from "#api/logs";
import type { RunDetails } from "#api/runs";
import { useRunFeed } from "#live/hooks";
import { EmptyState } from "#ui/States";
import { clock, count } from "#util/format";
import styles from "./Run.module.css";

const SHOWN = 200;

export function Logs({ run }: { run: RunDetails }) {
  const { feed, state } = useRunFeed(run.id);
  const { data } = useQuery(logsQuery(run.id, { order: "newest", limit: SHOWN }));
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    if (data) feed.seedLines(data.items);
  }, [feed, data]);
  const lines = state.lines.slice(-SHOWN);
  const last = lines[lines.length - 1]?.line;
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever there is a newer line
  useLayoutEffect(() => {
    list.current?.scrollTo({ top: list.current.scrollHeight });
  }, [last]);
  const total = Math.max((state.logCounts ?? run.log_counts).total, last ?? 0);
  return (
    <section className="panel" aria-label="Logs">
      <h2>
        Logs <span className="dim number">{count(total)}</span>
      </h2>
      {lines.length === 0 && <EmptyState title="No lines yet" />}
      {lines.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: keys must be able to scroll it
        <ol className={`mono ${styles.list}`} ref={list} tabIndex={0}>
          {lines.map((line) => (
            <li key={line.line} className={styles.line} data-level={line.level}>
              <span className="dim number">{clock(line.timestamp)}</span>
              <span className={styles.message}>{line.message}</span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
