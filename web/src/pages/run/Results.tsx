/** The results, by time, with the begin of their values. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { itemsOf } from "#api/cache";
import { resultsQuery } from "#api/results";
import type { RunDetails } from "#api/runs";
import { useRunFeed } from "#live/hooks";
import { EmptyState } from "#ui/States";
import styles from "./Run.module.css";

export function Results({ run }: { run: RunDetails }) {
  const { feed, state } = useRunFeed(run.id);
  const { data } = useInfiniteQuery(resultsQuery(run.id, { order: "time", descending: true }));
  useEffect(() => feed.seedResults(itemsOf(data)), [feed, data]);
  return (
    <section aria-label="Results">
      {state.results.length === 0 && <EmptyState title="No results yet" />}
      {state.results.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: keys must be able to scroll it
        <ul className={`mono ${styles.list}`} tabIndex={0}>
          {state.results.map((result) => (
            <li key={result.id} className={styles.line}>
              <span>{result.key}</span>
              <span className={`dim ${styles.message}`}>{result.preview}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
