import { expect, test } from "vitest";
import { peakBytes } from "./memory";

test("what is known at the end counts, samples only before", () => {
  const usage = { peak_memory_bytes: 10 };
  expect(peakBytes({ metadata: { peak_memory_bytes: 20 }, usage })).toBe(20);
  expect(peakBytes({ metadata: {}, usage })).toBe(10);
  expect(peakBytes({ metadata: {}, usage: null })).toBeUndefined();
});
