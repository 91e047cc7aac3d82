/**
 * Rows of a list of any length, of which only those in view are in the document. j and k move the
 * focus from row to row: to what is marked `data-main` in it, a link that Enter follows.
 */
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from "react";
import { useHotkey } from "./hotkeys";

type Props<T> = {
  items: readonly T[];
  /** About how high a row is, in pixels; rows are measured once they are there. */
  estimate: number;
  row: (item: T, at: number) => ReactNode;
  /** Asked for when the end comes near. */
  more?: () => void;
  /** What sticks to the top of the window, in pixels. */
  covered?: number;
};

const AHEAD = 8;
const TOP_BAR = 44;

export function VirtualRows<T extends { id: string }>(props: Props<T>) {
  const { items, estimate, row, more, covered = TOP_BAR } = props;
  const box = useRef<HTMLDivElement>(null);
  const top = useTop(box);
  const rows = useWindowVirtualizer({
    count: items.length,
    estimateSize: () => estimate,
    getItemKey: (at) => items[at]?.id ?? at,
    overscan: AHEAD,
    scrollMargin: top,
    scrollPaddingStart: covered,
    scrollPaddingEnd: 8,
  });
  const shown = rows.getVirtualItems();
  const last = shown[shown.length - 1]?.index ?? 0;
  useEffect(() => {
    if (more && last >= items.length - 2 * AHEAD) more();
  }, [more, last, items.length]);
  const noteFocus = useRowKeys(box, items.length, (at) => rows.scrollToIndex(at));
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only notes where the focus is
    <div
      ref={box}
      style={{ height: rows.getTotalSize() }}
      onFocus={({ target }) => noteFocus(target)}
      role="presentation"
    >
      <div
        style={{ transform: `translateY(${(shown[0]?.start ?? top) - top}px)` }}
        role="presentation"
      >
        {shown.map(({ key, index }) => {
          const item = items[index];
          return (
            <div key={key} data-index={index} ref={rows.measureElement} role="presentation">
              {item && row(item, index)}
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** Where the list begins in the page, also after something above it came or went. */
function useTop(box: { current: HTMLDivElement | null }): number {
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    const look = () => {
      const at = box.current?.getBoundingClientRect().top ?? 0;
      setTop(Math.round(at + window.scrollY));
    };
    look();
    const observer = new ResizeObserver(look);
    observer.observe(document.body);
    return () => observer.disconnect();
  }, [box]);
  return top;
}

/** j and k; tells whom to tell where the focus is. */
function useRowKeys(
  box: { current: HTMLDivElement | null },
  count: number,
  scrollTo: (at: number) => void,
): (focused: Element) => void {
  const current = useRef(-1);
  const wanted = useRef<number | null>(null);
  const focusWanted = () => {
    if (wanted.current === null) return;
    const row = box.current?.querySelector(`[data-index="${wanted.current}"] [data-main]`);
    if (!(row instanceof HTMLElement)) return;
    wanted.current = null;
    row.focus({ preventScroll: true });
  };
  const move = (step: number) => {
    if (count === 0) return;
    const at = Math.min(count - 1, Math.max(0, current.current + step));
    current.current = at;
    wanted.current = at;
    scrollTo(at);
    focusWanted();
  };
  useHotkey("j", "Next in the list", () => move(1));
  useHotkey("k", "Previous in the list", () => move(-1));
  // A row far away is in the document only after the list has scrolled to it.
  useEffect(focusWanted);
  return (focused) => {
    const at = focused.closest("[data-index]")?.getAttribute("data-index");
    if (at) current.current = Number(at);
  };
}
