import { expect, test } from "vitest";
import { type Line, LogBook, PAGE_ROWS } from "./logBook";

const LEVELS = ["info", "error"] as const;
const line = (number: number): Line => ({
  line: number,
  level: LEVELS[number % 2] as Line["level"],
  message: `line ${number}`,
  metadata: null,
  timestamp: "2026-02-18T12:00:00+00:00",
});
const lines = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, at) => line(from + at));
const counts = (total: number) => ({
  total,
  debug: 0,
  info: Math.floor(total / 2),
  warn: 0,
  error: Math.ceil(total / 2),
});
const settle = () => new Promise((resolve) => setTimeout(resolve));

function whole() {
  const asked: number[] = [];
  const book = new LogBook(async (first, limit) => {
    asked.push(first);
    return lines(first + 1, first + limit);
  });
  return { asked, book };
}

test("what comes into view is fetched once, by pages", async () => {
  const { asked, book } = whole();
  book.count(counts(1_000_000));
  book.want(500_010, 500_050);
  book.want(500_020, 500_060);
  await settle();
  expect(asked).toEqual([500_000]);
  expect(book.row(500_042)?.line).toBe(500_043);
});

test("what is said meanwhile stands in its place without asking", () => {
  const { asked, book } = whole();
  book.add(lines(901, 1000), counts(1000));
  book.want(950, 1000);
  expect(book.row(999)?.line).toBe(1000);
  expect(asked).toEqual([]);
});

test("what was left out because it came too fast is fetched when looked at", async () => {
  const { asked, book } = whole();
  book.add(lines(1, 10), counts(10));
  book.add([...lines(1, 10), ...lines(900, 1000)], counts(1000));
  expect(book.total).toBe(1000);
  expect(book.row(998)?.line).toBe(999);
  expect(book.row(500)).toBeUndefined();
  book.want(500, 520);
  await settle();
  expect(asked).toEqual([2 * PAGE_ROWS]);
});

test("of some levels, lines count among their like", () => {
  const book = new LogBook(async () => [], ["error"]);
  book.add(lines(1, 1001), counts(1001));
  expect(book.total).toBe(501);
  expect(book.row(500)?.line).toBe(1001);
  expect(book.row(0)?.line).toBe(1);
});

test("only so much is kept, the last seen", async () => {
  const { asked, book } = whole();
  book.count(counts(1_000_000));
  for (let page = 0; page < 80; page += 1) book.want(page * PAGE_ROWS, page * PAGE_ROWS + 10);
  await settle();
  expect(book.row(0)).toBeUndefined();
  expect(book.row(79 * PAGE_ROWS)).toBeDefined();
  book.want(0, 10);
  await settle();
  expect(asked.at(-1)).toBe(0);
  expect(book.row(0)?.line).toBe(1);
});

test("what is on its way is not asked for, unless it does not come", async () => {
  const { asked, book } = whole();
  book.count(counts(1000));
  book.expectEnd(100);
  book.want(960, 1000);
  book.want(300, 340);
  book.end(lines(901, 1000), 1000);
  book.want(960, 1000);
  await settle();
  expect(asked).toEqual([200]);
  expect(book.row(999)?.line).toBe(1000);
  const other = whole();
  other.book.count(counts(1000));
  other.book.expectEnd(100);
  other.book.noEnd();
  other.book.want(960, 1000);
  await settle();
  expect(other.asked).toEqual([800]);
});
