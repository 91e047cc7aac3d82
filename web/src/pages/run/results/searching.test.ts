import { expect, test } from "vitest";
import { placesWith, search } from "./searching";

const found = (value: Parameters<typeof placesWith>[0], words: string) =>
  [...placesWith(value, words)].flat();

test("keys and texts are found in the order of the value, whatever their case", () => {
  const value = { Loss: 1, inner: [{ name: "the loss" }, 2], other: "x" };
  expect(found(value, "loss")).toEqual([["Loss"], ["inner", 0, "name"]]);
  expect(found(value, "2")).toEqual([["inner", 1]]);
  expect(found(value, "nothing")).toEqual([]);
});

test("a search makes pauses", () => {
  const steps = [...placesWith(Array(2000).fill(1), "1")];
  expect(steps.length).toBeGreaterThan(3);
  expect(steps.flat()).toHaveLength(2000);
});

test("a search that is over says nothing", async () => {
  const over = new AbortController();
  let told = 0;
  const value = Array.from({ length: 200_000 }, (_, n) => ({ n }));
  const searching = search(value, "7", () => (told += 1), over.signal);
  over.abort();
  await searching;
  expect(told).toBe(0);
});
