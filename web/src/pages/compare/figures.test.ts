import { expect, test } from "vitest";
import { bestOf, expectedOf, withoutSteps } from "./figures";

test("the best is marked where something is better", () => {
  const values = { a: 0.1, b: 0.3, c: "NaN" };
  expect([...bestOf(values, "lower")]).toEqual(["a"]);
  expect([...bestOf(values, "higher")]).toEqual(["b"]);
  expect(bestOf(values, "neither").size).toBe(0);
  expect(bestOf({ a: 1, b: 1 }, "higher").size).toBe(0);
});

test("names let one expect what is better", () => {
  expect(expectedOf("return_value.best")).toBe("neither");
  expect(expectedOf("return_value.accuracy")).toBe("higher");
  const names = ["val.loss", "accuracy", "seconds", "depth"];
  expect(names.map(expectedOf)).toEqual(["lower", "higher", "lower", "neither"]);
});

test("a step or a count is never better, whatever it is of", () => {
  const counters = ["loss.step", "loss/step", "val.loss.best_epoch", "best_loss_step"];
  const others = ["accuracy.seed", "error.index", "cost.count", "time_step", "loss.global_step"];
  expect(new Set([...counters, ...others].map(expectedOf))).toEqual(new Set(["neither"]));
  const values = ["train_loss_epoch", "seconds_per_step", "loss.mean", "accuracy_epoch"];
  expect(values.map(expectedOf)).toEqual(["lower", "lower", "lower", "higher"]);
});

test("steps of many are no key figures", () => {
  const steps = Object.fromEntries([1, 2, 3, 4].map((n) => [`i_${n}.x`, {}]));
  expect(withoutSteps({ ...steps, "top1.x": {}, y: {} }).map(([path]) => path)).toEqual([
    "top1.x",
    "y",
  ]);
});

test("figures of thresholds are key figures, however many", () => {
  const rows = Object.fromEntries([0.1, 0.3, 0.5, 0.7].map((n) => [`recall/${n}`, {}]));
  expect(withoutSteps(rows).length).toBe(4);
});
