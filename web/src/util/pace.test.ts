import { expect, test } from "vitest";
import { paceOf } from "./pace";

test("rate and time left come from what was done since the start", () => {
  expect(paceOf(30, 90, 10)).toEqual({ rate: "3.0/s", left_s: 20 });
});

test("what is slow is told by the time each takes", () => {
  expect(paceOf(2, 4, 60)?.rate).toBe("30.0s each");
});

test("nothing is told before something was done, or of an unknown end", () => {
  expect(paceOf(0, 9, 5)).toBeNull();
  expect(paceOf(5, 0, 5)?.left_s).toBeNull();
});
