/**
 * Scrolling through any number of rows. An element can be some 30 million pixels high, so beyond
 * TALLEST the scrollbar is scaled: small movements stay exact, large ones are in proportion.
 */

export const ROW_PX = 20;
export const TALLEST_PX = 8_000_000;

export type Scroll = {
  /** Where one is, in pixels of a list that had its full height. */
  at: number;
  /** What the element's `scrollTop` has to be; it differs when the list is scaled. */
  top: number;
};

/** The point of a list that is held, and where in the view: row 12.5 at 120 px from the top. */
export type Anchor = { row: number; y: number };

export function heightOf(rows: number): number {
  return Math.min(rows * ROW_PX, TALLEST_PX);
}

export function isScaled(rows: number): boolean {
  return rows * ROW_PX > TALLEST_PX;
}

function furthest(rows: number, view: number): number {
  return Math.max(0, rows * ROW_PX - view);
}

/** Where the scrollbar belongs when one is `at`. */
export function settled(at: number, rows: number, view: number): Scroll {
  const most = furthest(rows, view);
  const held = Math.min(most, Math.max(0, at));
  if (!isScaled(rows)) return { at: held, top: held };
  return { at: held, top: (held / most) * (TALLEST_PX - view) };
}

/** After the element was scrolled to `top`. */
export function scrolled(before: Scroll, top: number, rows: number, view: number): Scroll {
  const most = furthest(rows, view);
  if (!isScaled(rows)) return { at: Math.min(most, Math.max(0, top)), top };
  const moved = top - before.top;
  const end = TALLEST_PX - view;
  if (Math.abs(moved) > view * 1.5) return { at: (top / end) * most, top };
  const at = Math.min(most, Math.max(0, before.at + moved));
  const near = top < view * 2 || top > end - view * 2;
  return near ? settled(at, rows, view) : { at, top };
}

/** At a fraction of the way, the row of that fraction is at that fraction of the view: exact where
 * rows are alike, and smooth from the first to the last where they are not. */
export function anchorOf(at: number, rows: number, view: number): Anchor {
  const most = furthest(rows, view);
  if (most === 0) return { row: 0, y: 0 };
  const part = Math.min(1, Math.max(0, at / most));
  return { row: part * rows, y: part * view };
}

/** Which rows have to be there: first, and the one after the last. */
export function rowsAround(anchor: Anchor, rows: number, view: number, more = 6): [number, number] {
  const first = Math.floor(anchor.row - anchor.y / ROW_PX) - more;
  const last = Math.ceil(anchor.row + (view - anchor.y) / ROW_PX) + more;
  return [Math.max(0, first), Math.min(rows, last)];
}

/** Where one has to be for a row to stand in the middle. */
export function centred(row: number, view: number): number {
  return (row + 0.5) * ROW_PX - view / 2;
}
