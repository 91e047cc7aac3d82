import { expect, test } from "vitest";
import {
  axisOf,
  columnWorthShowing,
  counterOf,
  Families,
  type Family,
  familyName,
  leavesOf,
  numericColumns,
  pointsOf,
  sortedRows,
} from "./families";

const listed = (key: string, value: unknown, n = 0) => ({
  id: `${key}${n}`,
  key,
  timestamp: `${n}`,
  value,
});

function only(results: ReturnType<typeof listed>[]): Family {
  const families = new Families();
  families.add(results);
  return families.list()[0] as Family;
}

test("keys that differ in their numbers are a family", () => {
  expect(familyName("epoch_3/fold_12")).toBe("epoch_#/fold_#");
  const family = only([listed("i_2", { x: 1 }), listed("i_10", { x: 3 }), listed("s", 1)]);
  expect(family.name).toBe("i_#");
  expect(pointsOf(family, "x")).toEqual([
    [2, 1],
    [10, 3],
  ]);
});

test("keys that differ in a number that is not whole stay apart", () => {
  const apart = ["loss/0.5", "loss/.5", "lr_1e-3", "lr_1E5", "v1.2.3"];
  expect(apart.map(familyName)).toEqual(apart);
  const families = new Families();
  families.add([listed("loss/0.1", 1), listed("loss/0.5", 2), listed("loss/0.1", 3, 1)]);
  expect(families.list().map(({ name, rows }) => [name, rows.length])).toEqual([
    ["loss/0.1", 2],
    ["loss/0.5", 1],
  ]);
});

test("beside a number that is not whole, the whole one counts", () => {
  const family = only([listed("loss/0.5/epoch_7", 1), listed("loss/0.5/epoch_9", 2)]);
  expect(family.name).toBe("loss/0.5/epoch_#");
  expect(pointsOf(family, "value").map(([x]) => x)).toEqual([7, 9]);
  expect(familyName("layers.3.norm")).toBe("layers.#.norm");
});

test("leaves are columns; lists are told by their length", () => {
  expect(leavesOf({ a: { b: 1, c: [1, 2] }, d: {} })).toEqual({
    "a.b": 1,
    "a.c": "Array(2)",
    d: "Object{0 keys}",
  });
  expect(leavesOf(0.5)).toEqual({ value: 0.5 });
});

test("repeats of one key are counted; what is not finite is a gap", () => {
  const family = only([listed("loss_2", 3), listed("loss_2", "NaN", 1), listed("loss_2", 1, 2)]);
  expect(pointsOf(family, "value")).toEqual([
    [0, 3],
    [1, null],
    [2, 1],
  ]);
});

test("the axis is in order even when the results were not", () => {
  const family = only([listed("i_3", 1), listed("i_1", 2), listed("i_2", 3)]);
  expect(pointsOf(family, "value").map(([x]) => x)).toEqual([1, 2, 3]);
});

test("numbers are sorted as numbers, and what is missing comes last", () => {
  const family = only([
    listed("i_1", { x: 10 }),
    listed("i_2", { x: 9 }),
    listed("i_3", { y: "a" }),
    listed("i_4", { x: "Infinity" }),
  ]);
  expect(sortedRows(family, "x", false).map((row) => row.key)).toEqual([
    "i_2",
    "i_1",
    "i_4",
    "i_3",
  ]);
  expect(sortedRows(family, "x", true).map((row) => row.key)).toEqual(["i_4", "i_1", "i_2", "i_3"]);
});

test("a chart begins with a column that tells something", () => {
  const family = only(
    [1, 2, 3].map((n) => listed(`i_${n}`, { step: n, on: 1, loss: 1 / n, tag: "x" })),
  );
  expect(numericColumns(family)).toEqual(["step", "on", "loss"]);
  expect(columnWorthShowing(family)).toBe("loss");
});

test("what counts the results is their axis, and is not what a chart begins with", () => {
  const family = only(
    [10, 20, 40].map((step, at) => listed("train", { step, epoch: at, msd: 1 / step }, at)),
  );
  expect(counterOf([family])).toBe("step");
  expect(axisOf([family], "step")).toBe("step");
  expect(columnWorthShowing(family, "step")).toBe("msd");
  expect(pointsOf(family, "msd", "step")).toEqual([
    [10, 0.1],
    [20, 0.05],
    [40, 0.025],
  ]);
});

test("a counter is known by the last part of its name", () => {
  const counterFor = (named: (n: number) => object) =>
    counterOf([only([1, 2, 3].map((n) => listed("train", named(n), n)))]);
  expect(counterFor((n) => ({ loss: n, at: { Global_Step: n } }))).toBe("at.Global_Step");
  expect(counterFor((n) => ({ loss: n, Epoch: n, iter: n }))).toBe("Epoch");
  expect(counterFor((n) => ({ loss: n, steps_left: n, footstep: n }))).toBeUndefined();
});

test("a counter holds integers that grow from each result to the next", () => {
  const counterFor = (steps: unknown[]) =>
    counterOf([only(steps.map((step, at) => listed("train", { step, loss: at }, at)))]);
  expect(counterFor([0, 5, 6])).toBe("step");
  const refused = [[1, 1, 2], [1, 3, 2], [1, 2.5, 3], [1, null, 3], ["1", "2"], ["NaN", 1], [true]];
  expect(refused.map(counterFor)).toEqual(refused.map(() => undefined));
  expect(counterOf([only([1, 2].map((step) => listed("train", { step }, step)))])).toBeUndefined();
});

test("runs share a counter or none", () => {
  const run = (...steps: number[]) =>
    only(steps.map((step) => listed("train", { step, loss: step }, step)));
  expect(counterOf([run(1, 2), run(10, 20)])).toBe("step");
  expect(counterOf([run(1, 2), run(20, 10)])).toBeUndefined();
  expect(counterOf([])).toBeUndefined();
  expect(axisOf([run(1), run(2)], undefined)).toBe("number of the result");
  expect(axisOf([only([listed("i_1", 1), listed("i_2", 1)])], undefined)).toBe("i_#");
});
