import { expect, test } from "vitest";
import type { Plain } from "#util/configSchema";
import { helpOf } from "./hint";

const number = (parts: Partial<Plain>): Plain => ({
  kind: "number",
  nullable: false,
  variants: [],
  ...parts,
});

test("the bounds of a number are told", () => {
  const told = (parts: Partial<Plain>) => helpOf(number(parts));
  expect(told({ minimum: 1, maximum: 1000 })).toBe("1 to 1,000");
  expect(told({ minimum: 0 })).toBe("at least 0");
  expect(told({ exclusiveMinimum: 0, maximum: 1e-5 })).toBe("above 0, at most 0.00001");
  expect(told({ description: "How often", maximum: 9 })).toBe("How often\nat most 9");
  expect(told({ description: "How often" })).toBe("How often");
  expect(told({})).toBeUndefined();
});

test("bounds that the description names are not told twice", () => {
  const description = "Between 1 and 1,000.";
  expect(helpOf(number({ description, minimum: 1, maximum: 1000 }))).toBe(description);
  expect(helpOf(number({ description, minimum: 1, maximum: 100 }))).toBe(
    `${description}\n1 to 100`,
  );
});
