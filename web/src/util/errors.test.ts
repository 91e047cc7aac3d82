import { expect, test } from "vitest";
import { isLostPart, reasonOf } from "./errors";

const TRACE = `Traceback (most recent call last):
  File "a.py", line 3, in run
    raise RuntimeError("load failed\\nsecond line")
RuntimeError: load failed
second line`;

test("a reason is the first line of type and message", () => {
  expect(reasonOf(`RuntimeError: load failed\nsecond line\n\n${TRACE}\n`)).toBe(
    "RuntimeError: load failed",
  );
  expect(reasonOf("the quota is used up")).toBe("the quota is used up");
  expect(reasonOf("")).toBe("");
});

test("a reason has the type without its modules", () => {
  expect(reasonOf("sklearn.utils._validation.InvalidParameterError: no seed")).toBe(
    "InvalidParameterError: no seed",
  );
  expect(reasonOf("a.b.Stopped")).toBe("Stopped");
  expect(reasonOf("see docs.example.org: The quota is used up")).toMatch(/^see docs/);
});

test("a reason is found behind a trace", () => {
  expect(reasonOf(TRACE)).toBe("RuntimeError: load failed");
  expect(reasonOf("Traceback (most recent call last):\n  File")).toMatch("Traceback");
});

test("a part of the build that did not come is told from other errors", () => {
  const vite = new Error("Unable to preload CSS for http://127.0.0.1:4000/assets/Runs-C.css");
  const chromium = new TypeError("Failed to fetch dynamically imported module: http://a/b.js");
  const firefox = new TypeError("error loading dynamically imported module: http://a/b.js");
  const safari = new TypeError("Importing a module script failed.");
  expect([vite, chromium, firefox, safari].map(isLostPart)).toEqual([true, true, true, true]);
  expect(isLostPart(new TypeError("Failed to fetch"))).toBe(false);
  expect(isLostPart("preload CSS")).toBe(false);
});
