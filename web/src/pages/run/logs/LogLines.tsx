/** The lines in view, of any number: a scrollbar for all of them, elements for those that one sees. */
import { Button } from "@mantine/core";
import { IconArrowDown } from "@tabler/icons-react";
import {
  type CSSProperties,
  type MouseEvent,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
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
  useEffect(() => {
    if (view.height > 0) rows.want(first, end);
  }, [first, end, view.height, rows.version, rows.key]);
  const { goTo } = view;
  useEffect(() => {
    if (marked !== undefined && whole) goTo(marked - 1);
  }, [marked, whole, goTo]);
  // Rows that are alike are where they are; where some are higher, the held one is put in its place.
  const alike = !look.wrap && open.size === 0;
  useLayoutEffect(() => place(list.current, view.anchor, first, alike));
  const base = useBase(first, end);

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
              style={{ "--digits": digitsOf(total) } as CSSProperties}
              data-wrap={look.wrap}
            >
              {Array.from({ length: Math.max(0, end - first) }, (_, at) => {
                const line = rows.row(first + at);
                return (
                  <LogRow
                    key={first + at - base}
                    runId={runId}
                    line={line}
                    start={look.relative ? start : null}
                    wrap={look.wrap}
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

/** Room for the numbers of lines. */
function digitsOf(total: number): string {
  return `${Math.max(4, String(total).length)}ch`;
}

/**
 * What is taken off the number of a row for its key. After a small step the elements move along;
 * after a leap they stay and show other rows, which costs the browser far less than new ones.
 */
function useBase(first: number, end: number): number {
  const before = useRef({ first, end, base: 0 });
  const { current } = before;
  const leaps = first >= current.end || end <= current.first;
  before.current = { first, end, base: current.base + (leaps ? first - current.first : 0) };
  return before.current.base;
}

type List = HTMLOListElement | null;

function place(list: List, { row, y }: scroll.Anchor, first: number, alike: boolean): void {
  if (list === null) return;
  const above = alike ? (row - first) * scroll.ROW_PX : heightAbove(list, row - first);
  list.style.transform = `translateY(${Math.round(y - above)}px)`;
}

/** Asks the browser, which has to lay out for it. */
function heightAbove(list: HTMLOListElement, rows: number): number {
  const at = Math.min(Math.floor(rows), list.children.length - 1);
  const held = list.children[at] as HTMLElement | undefined;
  return held ? held.offsetTop + (rows - at) * held.offsetHeight : 0;
}
