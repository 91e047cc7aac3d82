import { expect, test } from "vitest";
import type { ResultSummary } from "#api/results";
import { filterOf, type Order, withLive } from "./listing";

const result = (key: string, seq: number) =>
  ({ id: `${seq}`, key, seq, attempt: 1 }) as ResultSummary;
const keys = (
  by: Order,
  complete: boolean,
  loaded: ResultSummary[],
  live: ResultSummary[],
  key = "",
) => withLive(loaded, live, { by, key, complete }).map((one) => one.key + one.seq);

test("what came since stands where it belongs", () => {
  const loaded = [result("a", 1), result("c", 3)];
  const live = [result("c", 3), result("b", 5)];
  expect(keys("time", true, loaded, live)).toEqual(["a1", "c3", "b5"]);
  expect(keys("key", true, loaded, live)).toEqual(["a1", "b5", "c3"]);
  expect(keys("-time", true, loaded.toReversed(), live)).toEqual(["b5", "c3", "a1"]);
});

test("what lies beyond the loaded pages is left to them", () => {
  const loaded = [result("a", 1), result("c", 3)];
  expect(keys("key", false, loaded, [result("b", 5), result("d", 6)])).toEqual(["a1", "b5", "c3"]);
  expect(keys("time", false, loaded, [result("b", 5)])).toEqual(["a1", "c3"]);
});

test("other keys are left out", () => {
  expect(keys("time", true, [], [result("loss", 1), result("x", 2)], "lo")).toEqual(["loss1"]);
  expect(filterOf("-key", "lo")).toEqual({ order: "key", descending: true, key_prefix: "lo" });
});
