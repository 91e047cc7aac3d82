/** The lines in view, of any number: a scrollbar for all of them, elements for those that one sees. */
import { Button } from "@mantine/core";
import { IconArrowDown } from "@tabler/icons-react";
import { type MouseEvent, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { plural } from "#util/format";
import * as scroll from "#util/scroll";
import { LogRow } from "./LogRow";
import styles from "./Logs.module.css";
import type { Look } from "./look";
import type { Rows } from "./rows";
import { useView } from "./view";

type Props = {
  runId: string;
  rows: Rows;
  start: string;
  look: Look;
  /** The line that the address names. */
  marked: number | undefined;
  following: boolean;
  onFollow: (following: boolean) => void;
  onEnd: () => void;
  onLine: (line: number) => void;
};

export function LogLines(props: Props) {
  const { runId, rows, start, look, marked, following, onFollow, onEnd, onLine } = props;
  const { total, whole } = rows;
  const box = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLOListElement>(null);
  const view = useView(box, total, following, onFollow);
  const [open, setOpen] = useState<ReadonlySet<number>>(() => new Set());
  const toggle = useMemo(() => toggler(setOpen), []);
  const [first, end] = scroll.rowsAround(view.anchor, total, view.height);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new version may lack what is in view
  useEffect(() => rows.want(first, end), [first, end, rows.version, rows.key]);
  const { goTo } = view;
  useEffect(() => {
    if (marked !== undefined && whole) goTo(marked - 1);
  }, [marked, whole, goTo]);
  // Heights are as they are: the row that is held is put where it belongs.
  useLayoutEffect(() => place(list.current, view.anchor, first));

  const seen = useSeen(total, following);
  return (
    <div className={styles.lines}>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: Enter on a link is a click */}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: what is clicked is a link inside */}
      <div
        onClick={(event) => chosen(event, onLine)}
        ref={box}
        className={styles.box}
        tabIndex={0}
        onScroll={view.onScroll}
        data-log-box
      >
        <div style={{ height: scroll.heightOf(total) }} className={styles.space}>
          <div className={styles.window} style={{ height: view.height }}>
            <ol
              ref={list}
              aria-label="Lines"
              className={`mono ${styles.rows}`}
              data-wrap={look.wrap}
            >
              {Array.from({ length: Math.max(0, end - first) }, (_, at) => {
                const line = rows.row(first + at);
                return (
                  <LogRow
                    key={first + at}
                    runId={runId}
                    line={line}
                    start={look.relative ? start : null}
                    marked={line !== undefined && line.line === marked}
                    open={line !== undefined && open.has(line.line)}
                    onToggle={toggle}
                  />
                );
              })}
            </ol>
          </div>
        </div>
      </div>
      {!following && total > seen && (
        <Button
          className={styles.newer}
          size="compact-sm"
          leftSection={<IconArrowDown size={14} />}
          onClick={onEnd}
        >
          {plural(total - seen, "new line")} – jump to end
        </Button>
      )}
    </div>
  );
}

/** A link to a line is followed here: thousands come and go a second, so they are plain ones. */
function chosen(event: MouseEvent, onLine: (line: number) => void): void {
  const link = (event.target as Element).closest<HTMLElement>("a[data-line]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  onLine(Number(link.dataset.line));
}

function toggler(set: (change: (open: ReadonlySet<number>) => ReadonlySet<number>) => void) {
  return (line: number) =>
    set((open) => {
      const next = new Set(open);
      if (!next.delete(line)) next.add(line);
      return next;
    });
}

/** How many rows there were when one stopped following. */
function useSeen(total: number, following: boolean): number {
  const seen = useRef(total);
  if (following) seen.current = total;
  return seen.current;
}

function place(list: HTMLOListElement | null, { row, y }: scroll.Anchor, first: number): void {
  if (list === null) return;
  const at = Math.min(Math.floor(row) - first, list.children.length - 1);
  const held = list.children[at] as HTMLElement | undefined;
  if (held === undefined) return;
  const part = row - first - at;
  const top = Math.round(y - held.offsetTop - part * held.offsetHeight);
  list.style.transform = `translateY(${top}px)`;
}
