import { expect, test } from "vitest";
import type { LiveLine, TopicFrame } from "./frames";
import { MOST_LINES, RunFeed, withLines, withResults } from "./runFeed";

const line = (number: number, message = `line ${number}`) =>
  ({ line: number, message }) as unknown as LiveLine;
const lines = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, at) => line(from + at));
const numbers = (known: readonly LiveLine[]) => known.map((one) => one.line);
const counts = (total: number) => ({ debug: 0, info: total, warn: 0, error: 0, total });

function feed() {
  const frames: (() => void)[] = [];
  const made = new RunFeed((act) => frames.push(act));
  const tell = (...said: object[]) => {
    for (const frame of said) made.receive(frame as TopicFrame);
  };
  const paint = () => {
    for (const act of frames.splice(0)) act();
  };
  return { made, tell, paint, frames };
}

test("lines are told once a frame, however many come", () => {
  const { made, tell, paint, frames } = feed();
  let told = 0;
  made.store.subscribe(() => {
    told += 1;
  });
  tell(
    { event: "logs_added", logs: lines(1, 2), log_counts: counts(2) },
    { event: "logs_added", logs: lines(3, 4), log_counts: counts(4) },
  );
  expect([told, frames.length]).toEqual([0, 1]);
  paint();
  const state = made.store.get();
  expect([told, numbers(state.lines), state.logCounts?.total]).toEqual([1, [1, 2, 3, 4], 4]);
});

test("a tab that nobody sees, and that paints nothing, keeps no more than a window", () => {
  const { made, tell } = feed();
  for (let at = 0; at < 2000; at += 1)
    tell({ event: "logs_added", logs: lines(10 * at + 1, 10 * at + 10), log_counts: counts(1) });
  expect(made.store.get().lines.length).toBe(MOST_LINES);
});

test("what was left out is counted, and the totals go on", () => {
  const { made, tell, paint } = feed();
  const totals = { log_counts: counts(900), result_count: 7 };
  tell({ event: "lagged", from: "1:0", to: "1:9", totals });
  paint();
  const { lagged, logCounts, resultCount } = made.store.get();
  expect([lagged, logCounts?.total, resultCount]).toEqual([1, 900, 7]);
});

test("lines that were fetched and lines that came meet without gap or repeat", () => {
  expect(numbers(withLines(lines(5, 8), lines(1, 6)))).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(numbers(withLines(lines(1, 3), lines(4, 5)))).toEqual([1, 2, 3, 4, 5]);
  expect(withLines([line(1, "cut")], [line(1, "whole")])[0]?.message).toBe("whole");
});

test("results keep the order in which they were said", () => {
  const result = (id: string, attempt: number, seq: number) => ({ id, attempt, seq }) as never;
  const known = withResults([result("b", 1, 20)], [result("c", 2, 5), result("a", 1, 10)]);
  expect(known.map(({ id }) => id)).toEqual(["a", "b", "c"]);
});

test("a run that is deleted is known to be", () => {
  const { made, tell, paint } = feed();
  tell({ event: "run_deleted", run_id: "r1" });
  paint();
  expect(made.store.get().deleted).toBe(true);
});
