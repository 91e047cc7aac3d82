/** Keys with the begin of their values; one is opened by a click. */
import { Skeleton } from "@mantine/core";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useLayoutEffect, useRef } from "react";
import type { ResultSummary } from "#api/results";
import type { RunDetails } from "#api/runs";
import { useHotkey } from "#ui/hotkeys";
import { EmptyState, ErrorState, LoadingState } from "#ui/States";
import { bytes, clockMs } from "#util/format";
import { isFinal } from "#util/status";
import styles from "./Results.module.css";
import { useResultsSearch } from "./search";
import { useListed } from "./useListed";

const ROW_PX = 30;

export function ResultList({ run }: { run: RunDetails }) {
  const [{ by = "-time", key = "", result: open }, change] = useResultsSearch();
  const listed = useListed(run, by, key);
  const { items, total, isPending, error, hasNextPage, isFetchingNextPage, refetch } = listed;
  const place = useRef<HTMLDivElement>(null);
  const known = key ? items.length + Number(hasNextPage) : Math.max(items.length, total);
  const rows = useVirtualizer({
    count: hasNextPage ? known : items.length,
    getScrollElement: () => place.current,
    estimateSize: () => ROW_PX,
    overscan: 10,
  });
  const shown = rows.getVirtualItems();
  const last = shown[shown.length - 1]?.index ?? 0;
  const { fetchNextPage } = listed;
  useEffect(() => {
    if (last >= items.length - 20 && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [last, items.length, hasNextPage, isFetchingNextPage, fetchNextPage]);
  useStillWhenNewOnesCome(place, items);
  const step = (by: number) => {
    const at = items.findIndex(({ id }) => id === open);
    const next = items[Math.min(items.length - 1, Math.max(0, at + by))];
    if (next) change({ result: next.id });
    rows.scrollToIndex(Math.max(0, at + by));
  };
  useHotkey("j", "Next result", () => step(1));
  useHotkey("k", "Previous result", () => step(-1));
  if (isPending) return <LoadingState rows={8} />;
  if (error && items.length === 0) return <ErrorState error={error} retry={() => void refetch()} />;
  if (items.length === 0) return <Nothing filtered={key !== ""} run={run} />;
  return (
    <div className={styles.list} ref={place} data-testid="results">
      <ul style={{ height: rows.getTotalSize() }} aria-label="Keys">
        {shown.map(({ index, start }) => (
          <li
            key={items[index]?.id ?? index}
            style={{ transform: `translateY(${start}px)`, height: ROW_PX }}
            aria-setsize={known}
            aria-posinset={index + 1}
          >
            <Item
              result={items[index]}
              isOpen={items[index]?.id === open}
              show={(id) => change({ result: id })}
            />
          </li>
        ))}
      </ul>
    </div>
  );
}

type ItemProps = {
  result: ResultSummary | undefined;
  isOpen: boolean;
  show: (id: string | undefined) => void;
};

function Item({ result, isOpen, show }: ItemProps) {
  if (!result) return <Skeleton height={12} width="60%" mx={12} my={9} />;
  return (
    <button
      type="button"
      className={styles.item}
      aria-expanded={isOpen}
      onClick={() => show(isOpen ? undefined : result.id)}
    >
      <span className={`mono ${styles.key}`}>{result.key}</span>
      <span className={`mono dim ${styles.preview}`}>{result.preview}</span>
      <span className={`dim number ${styles.fact}`}>{bytes(result.size)}</span>
      <time className={`dim number ${styles.fact}`} dateTime={result.timestamp}>
        {clockMs(result.timestamp)}
      </time>
    </button>
  );
}

function Nothing({ filtered, run }: { filtered: boolean; run: RunDetails }) {
  if (filtered) return <EmptyState title="No such key">No key begins with this.</EmptyState>;
  if (isFinal(run.status))
    return <EmptyState title="No results">The run ended without a result.</EmptyState>;
  return <EmptyState title="No results yet">What the run calls a result comes here.</EmptyState>;
}

/** What one reads stays where it is when new ones come above it. */
function useStillWhenNewOnesCome(
  place: React.RefObject<HTMLDivElement | null>,
  items: readonly ResultSummary[],
): void {
  const before = useRef<readonly ResultSummary[]>([]);
  useLayoutEffect(() => {
    const first = before.current[0]?.id;
    before.current = items;
    const list = place.current;
    if (!list || first === undefined || list.scrollTop < ROW_PX) return;
    const added = items.findIndex(({ id }) => id === first);
    if (added > 0) list.scrollTop += added * ROW_PX;
  }, [items, place]);
}
