/** How far a search is. */
import { Loader } from "@mantine/core";
import { count, plural } from "#util/format";
import styles from "./Logs.module.css";
import type { LogSearch } from "./search";

export function SearchStatus({ search, total }: { search: LogSearch; total: number }) {
  return (
    <div className={styles.search} role="status">
      {search.busy && <Loader size={12} />}
      <span className="number">{plural(search.total, "line")} found</span>
      <span className="dim number">{reached(search, total)}</span>
    </div>
  );
}

function reached(search: LogSearch, total: number): string {
  if (search.error) return "The server did not answer; it is asked again.";
  const to = `searched to line ${count(search.searchedTo)}`;
  if (search.full) return `${to}; a longer text finds what comes after`;
  return search.searchedTo < total ? `${to} of ${count(total)}` : "all lines searched";
}
