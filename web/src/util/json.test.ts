import { expect, test } from "vitest";
import { type Json, kindOf, lengthOf, parseExactly, pathOf, summaryOf, textOf } from "./json";

const hasRaw = "rawJSON" in JSON;

test.skipIf(!hasRaw)("numbers are written as they were said", () => {
  const value = parseExactly('{"huge":1180591620717411303424,"one":1.0,"small":1e-30,"n":2}');
  const { huge, one, small, n } = value as Record<string, Json>;
  expect([huge, one, small, n].map((number) => kindOf(number as Json))).toEqual(
    Array(4).fill("number"),
  );
  expect([huge, one, small, n].map((number) => textOf(number as Json))).toEqual([
    "1180591620717411303424",
    "1.0",
    "1e-30",
    "2",
  ]);
  expect(JSON.stringify(value)).toBe(
    '{"huge":1180591620717411303424,"one":1.0,"small":1e-30,"n":2}',
  );
});

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
