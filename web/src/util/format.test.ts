import { describe, expect, test } from "vitest";
import { bytes, duration, figure, plural, relativeTime, shortId, shortModule } from "./format";

const NOW = new Date(2026, 1, 20, 12, 0, 0).getTime();
const before = (seconds: number) => new Date(NOW - seconds * 1000).toISOString();

describe("relative times", () => {
  test.each([
    [-5, "just now"],
    [0, "just now"],
    [59, "just now"],
    [60, "1 min ago"],
    [59 * 60 + 59, "59 min ago"],
    [3600, "1 hour ago"],
    [23 * 3600 + 3599, "23 hours ago"],
    [86_400, "1 day ago"],
    [6 * 86_400 + 86_399, "6 days ago"],
    [7 * 86_400, "Feb 13"],
    [400 * 86_400, "Jan 16, 2025"],
  ])("%d seconds ago is %s", (seconds, text) => {
    expect(relativeTime(before(seconds), NOW)).toBe(text);
  });
});

describe("durations", () => {
  test.each([
    [0, "0ms"],
    [0.999, "999ms"],
    [0.9996, "1.0s"],
    [1.24, "1.2s"],
    [59.94, "59.9s"],
    [59.96, "1m 0s"],
    [185, "3m 5s"],
    [3599.6, "1h 0m"],
    [7440, "2h 4m"],
    [100 * 3600, "100h 0m"],
  ])("%d s is %s", (seconds, text) => {
    expect(duration(seconds)).toBe(text);
  });
});

test("a short id is the end, since the beginning is the clock", () => {
  expect(shortId("01a1fa1e-12a3-7a03-aec2-e36046810082")).toBe("46810082");
});

test("bytes, counts and modules", () => {
  expect([bytes(512), bytes(1536), bytes(4 * 2 ** 30)]).toEqual(["512 B", "1.5 KB", "4.3 GB"]);
  expect([plural(1, "run"), plural(1200, "run")]).toEqual(["1 run", "1,200 runs"]);
  expect(shortModule("experiments.lab:Probe")).toBe("Probe");
});

describe("figures", () => {
  test.each([
    [1234567, "1,234,567"],
    [1234567890, "1,234,567,890"],
    [-(2 ** 53) + 1, "-9,007,199,254,740,991"],
    [2 ** 53 + 2, "9.0072e+15"],
    [2 ** 62, "4.6117e+18"],
    [1e300, "1e+300"],
    [1e-300, "1e-300"],
    [0.1 + 0.2, "0.3"],
    [1234.5678, "1234.6"],
    [123456.789, "123,457"],
    [-1234567890.5, "-1,234,567,890"],
    [Number.POSITIVE_INFINITY, "Infinity"],
    [Number.NaN, "NaN"],
  ])("%d is %s", (value, text) => {
    expect(figure(value)).toBe(text);
  });
});
