import { expect, test } from "vitest";
import { kindOf, lengthOf, pathOf, summaryOf } from "./json";

test("kinds, lengths and summaries", () => {
  expect([kindOf(null), kindOf([]), kindOf({}), kindOf("a")]).toEqual([
    "null",
    "array",
    "object",
    "string",
  ]);
  expect([lengthOf([1, 2]), lengthOf({ a: 1 }), lengthOf("abc"), lengthOf(3)]).toEqual([
    2,
    1,
    3,
    null,
  ]);
  expect([summaryOf("array", 42), summaryOf("object", 1)]).toEqual(["Array(42)", "Object{1 key}"]);
  expect(pathOf("a", "b.c\\", false)).toBe("a.b\\.c\\\\");
});
