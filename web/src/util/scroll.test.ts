import { expect, test } from "vitest";
import {
  anchorOf,
  centred,
  heightOf,
  ROW_PX,
  rowsAround,
  scrolled,
  settled,
  TALLEST_PX,
} from "./scroll";

const VIEW = 800;
const MANY = 10_000_000;

test("few rows scroll as they are", () => {
  expect(heightOf(1000)).toBe(1000 * ROW_PX);
  expect(scrolled({ at: 0, top: 0 }, 300, 1000, VIEW)).toEqual({ at: 300, top: 300 });
});

test("the held row is where plain scrolling would have it", () => {
  const { row, y } = anchorOf(5000, 1000, VIEW);
  expect(row * ROW_PX - y).toBeCloseTo(5000);
});

test("ten million rows are no higher than a browser can show, and the last one is reached", () => {
  expect(heightOf(MANY)).toBe(TALLEST_PX);
  const end = scrolled({ at: 0, top: 0 }, TALLEST_PX - VIEW, MANY, VIEW);
  const [first, last] = rowsAround(anchorOf(end.at, MANY, VIEW), MANY, VIEW);
  expect(last).toBe(MANY);
  expect(last - first).toBeLessThan(100);
});

test("a small movement in ten million rows is exact, wherever one is", () => {
  const here = settled(centred(7_654_321, VIEW), MANY, VIEW);
  expect(scrolled(here, here.top + 100, MANY, VIEW).at).toBeCloseTo(here.at + 100);
});

test("near an edge the scrollbar is put where it belongs, so that one can go on", () => {
  const next = scrolled({ at: 50_000_000, top: 1000 }, 500, MANY, VIEW);
  expect(next.at).toBe(50_000_000 - 500);
  expect(next.top).toBeCloseTo(settled(next.at, MANY, VIEW).top);
});

test("any line can be put in the middle", () => {
  const at = settled(centred(4_999_999, VIEW), MANY, VIEW).at;
  const [first, end] = rowsAround(anchorOf(at, MANY, VIEW), MANY, VIEW);
  expect(first).toBeLessThan(4_999_999);
  expect(end).toBeGreaterThan(4_999_999);
});

test("rows that all fit stay at the top", () => {
  expect(anchorOf(0, 3, VIEW)).toEqual({ row: 0, y: 0 });
  expect(rowsAround({ row: 0, y: 0 }, 3, VIEW)).toEqual([0, 3]);
});
