import { expect, test } from "vitest";
import { bytesOf, exactBytes, exactTime, secondsOf } from "./amounts";

test.each([
  ["90", 90, "1m 30s"],
  ["0.5s", 0.5, "0.5s"],
  ["2h 30m", 9000, "2h 30m"],
  ["1d", 86_400, "1d"],
])("%s is %d seconds", (text, seconds, exact) => {
  expect(secondsOf(text)).toBe(seconds);
  expect(exactTime(seconds)).toBe(exact);
});

test.each([
  ["512MB", 512e6, "512 MB"],
  ["4 GiB", 4 * 2 ** 30, "4 GiB"],
  ["7 B", 7, "7 B"],
])("%s is %d bytes", (text, bytes, exact) => {
  expect(bytesOf(text)).toBe(bytes);
  expect(exactBytes(bytes)).toBe(exact);
});

test("other words are no amounts", () => {
  expect([secondsOf("soon"), secondsOf(""), bytesOf("4"), bytesOf("lots")]).toEqual([
    null,
    null,
    null,
    null,
  ]);
});
