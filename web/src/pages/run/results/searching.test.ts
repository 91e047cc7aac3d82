import { expect, test } from "vitest";
import { pausing } from "#util/slices";
import { MOST_PLACES, placesWith } from "./searching";

const found = (value: Parameters<typeof placesWith>[0], words: string) =>
  pausing(placesWith(value, words));

test("keys and texts are found in the order of the value, whatever their case", async () => {
  const value = { Loss: 1, inner: [{ name: "the loss" }, 2], other: "x" };
  const { places, complete } = await found(value, "loss");
  expect([places, complete]).toEqual([[["Loss"], ["inner", 0, "name"]], true]);
  expect((await found(value, "2")).places).toEqual([["inner", 1]]);
  expect((await found(value, "nothing")).places).toEqual([]);
});

test("a search makes pauses", () => {
  const steps = [...placesWith(Array(2000).fill(1), "1")];
  expect(steps.length).toBeGreaterThan(3);
});

test("so many places are enough", async () => {
  const { places, complete } = await found(Array(MOST_PLACES + 1).fill(1), "1");
  expect([places.length, complete]).toEqual([MOST_PLACES, false]);
});

test("a search that is over says nothing", async () => {
  const value = Array.from({ length: 200_000 }, (_, n) => ({ n }));
  const searching = pausing(placesWith(value, "7"), AbortSignal.abort());
  await expect(searching).rejects.toThrow("aborted");
});
