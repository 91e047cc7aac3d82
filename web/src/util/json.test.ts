import { expect, test } from "vitest";
import { kindOf, lengthOf, parse, pathOf, summaryOf } from "./json";

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

const LONG =
  '{"seed":9007199254740993,"all":[-18446744073709551616,9007199254740991],"x":0.1234567890123456789}';

test("an integer that no number is equal to stays what it was", () => {
  const found = parse(LONG) as { seed: bigint; all: [bigint, number]; x: number };
  expect(found).toEqual({
    seed: 9007199254740993n,
    all: [-18446744073709551616n, 9007199254740991],
    x: 0.12345678901234568,
  });
  expect(JSON.stringify(found)).toBe(LONG.replace("0.1234567890123456789", "0.12345678901234568"));
  expect(kindOf(found.seed as unknown as number)).toBe("number");
  expect(parse('{"a":1.0,"b":1e30,"c":"1234567890123456789"}')).toEqual({
    a: 1,
    b: 1e30,
    c: "1234567890123456789",
  });
});
