import { expect, test } from "vitest";
import { reasonOf } from "./errors";

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

test("a reason is found behind a trace", () => {
  expect(reasonOf(TRACE)).toBe("RuntimeError: load failed");
  expect(reasonOf("Traceback (most recent call last):\n  File")).toMatch("Traceback");
});
