import { expect, test } from "vitest";
import { paceOf } from "./pace";

test("rate and time left come from what was done since the start", () => {
  expect(paceOf({ current: 30, total: 90, elapsed_s: 10 })).toEqual({ goes: "3.0/s", left_s: 20 });
});

test("what is slow is told by the time each takes", () => {
  expect(paceOf({ current: 2, total: 4, elapsed_s: 60 })?.goes).toBe("30.0s each");
});

test("nothing is told before something was done, or of an unknown end", () => {
  expect(paceOf({ current: 0, total: 9, elapsed_s: 5 })).toBeNull();
  expect(paceOf({ current: 5, total: 0, elapsed_s: 5 })?.left_s).toBeNull();
});

test("a silence much longer than the usual one is told instead of a rate", () => {
  const quick = { current: 120, total: 240, elapsed_s: 10 };
  expect(paceOf({ ...quick, silence_s: 0.05 })?.goes).toBe("12/s");
  expect(paceOf({ ...quick, silence_s: 30 })?.goes).toBe("3.0/s");
  expect(paceOf({ ...quick, silence_s: 200 })).toEqual({
    goes: "no progress for 3 min",
    left_s: null,
  });
  const slow = { current: 2, total: 4, elapsed_s: 1200 };
  expect(paceOf({ ...slow, silence_s: 2900 })?.goes).toBe("29m 10s each");
  expect(paceOf({ ...slow, silence_s: 7300 })?.goes).toBe("no progress for 2 hours");
});

test("many at once, told seldom, are no silence", () => {
  const inBatches = { current: 10_000, total: 20_000, elapsed_s: 1000, silence_s: 100 };
  expect(paceOf(inBatches)?.goes).toBe("no progress for 1 min");
  expect(paceOf({ ...inBatches, gap_s: 100 })?.goes).toBe("10/s");
});

test("the time left grows while what is due does not come", () => {
  const left = (silence_s: number) =>
    paceOf({ current: 2, total: 4, elapsed_s: 60, silence_s })?.left_s;
  expect([0, 10, 30, 90].map(left)).toEqual([60, 50, 30, 90]);
});
