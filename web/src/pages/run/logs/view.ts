/** Where in the lines one is: follows the end, stays where one scrolled to, goes to a row. */
import {
  type RefObject,
  useCallback,
  useEffect,
  useLayoutEffect,
  useReducer,
  useRef,
  useState,
} from "react";
import {
  type Anchor,
  anchorOf,
  centred,
  isScaled,
  type Scroll,
  scrolled,
  settled,
} from "#util/scroll";

/** Nearer to the end than this is at the end. */
const NEAR_PX = 8;
const SETTLE_MS = 150;

export type View = {
  height: number;
  anchor: Anchor;
  onScroll: () => void;
  goTo: (row: number) => void;
};

export function useView(
  box: RefObject<HTMLDivElement | null>,
  total: number,
  following: boolean,
  onFollow: (following: boolean) => void,
): View {
  const height = useHeight(box);
  const place = useRef<Scroll>({ at: 0, top: 0 });
  /** Kept while lines come: what one reads stays where it is, whatever the heights. */
  const held = useRef<Anchor>({ row: 0, y: 0 });
  const [, render] = useReducer((times: number) => times + 1, 0);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const wanted = useRef<number | null>(null);

  const put = useCallback(
    (next: Scroll) => {
      const element = box.current;
      const known = place.current.top;
      place.current = next;
      if (element === null || Math.abs(known - next.top) < 1) return;
      element.scrollTop = next.top;
      // What it became, so that this is not taken for a movement of the reader.
      place.current = { at: next.at, top: element.scrollTop };
    },
    [box],
  );
  const move = useCallback(
    (next: Scroll) => {
      held.current = anchorOf(next.at, total, height);
      render();
      put(next);
    },
    [put, total, height],
  );
  // The end is where one is by definition, so following takes one render and not two.
  if (following) held.current = anchorOf(endOf(total, height).at, total, height);

  useLayoutEffect(() => {
    if (height === 0) return;
    if (wanted.current !== null && wanted.current < total) {
      const row = wanted.current;
      wanted.current = null;
      move(settled(centred(row, height), total, height));
    } else if (following) put(endOf(total, height));
    else if (isScaled(total)) put(settled(place.current.at, total, height));
  }, [following, total, height, move, put]);

  const onScroll = useCallback(() => {
    const top = box.current?.scrollTop ?? 0;
    if (Math.abs(top - place.current.top) < 1) return;
    const up = top < place.current.top;
    const next = scrolled(place.current, top, total, height);
    place.current = { at: next.at, top };
    move(next);
    const end = endOf(total, height).at;
    if (following && up && place.current.at < end - NEAR_PX) onFollow(false);
    if (!following && !up && place.current.at >= end - NEAR_PX) onFollow(true);
    if (!isScaled(total)) return;
    clearTimeout(timer.current);
    timer.current = setTimeout(() => put(settled(place.current.at, total, height)), SETTLE_MS);
  }, [box, move, put, total, height, following, onFollow]);
  useEffect(() => () => clearTimeout(timer.current), []);

  const latest = useRef({ move, total, height });
  latest.current = { move, total, height };
  const goTo = useCallback((row: number) => {
    const { move: act, total: rows, height: view } = latest.current;
    if (view === 0 || row >= rows) wanted.current = row;
    else act(settled(centred(row, view), rows, view));
  }, []);
  return { height, anchor: held.current, onScroll, goTo };
}

function endOf(total: number, height: number): Scroll {
  return settled(Number.MAX_SAFE_INTEGER, total, height);
}

function useHeight(box: RefObject<HTMLDivElement | null>): number {
  const [height, setHeight] = useState(0);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    setHeight(element.clientHeight);
    const observer = new ResizeObserver(() => setHeight(element.clientHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, [box]);
  return height;
}
