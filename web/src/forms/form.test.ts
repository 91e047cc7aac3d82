import { expect, test } from "vitest";
import type { Node } from "#util/configSchema";
import { dotted, valueAt, withValueAt } from "#util/place";
import { Form, renumbered } from "./form";
import { stepped, typedNumber } from "./numbers";
import { read, write } from "./text";

const SCHEMA: Node = { type: "object", properties: { a: { default: 1 }, list: { default: [] } } };
const form = () => new Form(SCHEMA, {}, null, async () => []);

test("a change leaves the other parts the same objects", () => {
  const before = { a: { deep: 1 }, list: [{ x: 1 }, { x: 2 }] };
  const after = withValueAt(before, ["list", 1, "x"], 3) as typeof before;
  expect(after).toEqual({ a: { deep: 1 }, list: [{ x: 1 }, { x: 3 }] });
  expect([after.a === before.a, after.list[0] === before.list[0]]).toEqual([true, true]);
  expect(withValueAt(before, ["a"], undefined)).toEqual({ list: before.list });
  expect(valueAt(after, ["list", 1, "x"])).toBe(3);
  expect(dotted(["list", 1, "x"])).toBe("list[1].x");
});

test("a problem is said when its field was left, by the innermost part that is there", () => {
  const made = form();
  made.own("list");
  made.refuse([{ path: "list[2].x", message: "is wrong" }]);
  expect(made.said("list")).toBe("");
  made.leave(["list"]);
  expect(made.said("list")).toBe("[2].x is wrong");
  made.own("list[2].x");
  made.leave(["list", 2, "x"]);
  expect([made.said("list"), made.said("list[2].x")]).toEqual(["", "Is wrong"]);
  made.refuse([{ path: "unknown", message: "is no key" }]);
  expect(made.said("")).toBe("unknown is no key");
  made.stop();
});

test("what belongs to an item moves with it", () => {
  const swapped = (at: number) => [1, 0, null][at] ?? null;
  expect(renumbered("list[0].x", "list", swapped)).toBe("list[1].x");
  expect(renumbered("list[2]", "list", swapped)).toBeNull();
  expect(renumbered("lists[0]", "list", swapped)).toBe("lists[0]");
});

test("numbers are what was typed, or the text", () => {
  expect(typedNumber(" 1e-4 ", false)).toBe(0.0001);
  expect(typedNumber("1_000", true)).toBe(1000);
  expect(typedNumber("0x10", true)).toBe("0x10");
  expect(typedNumber("12345678901234567890", true)).toBe(12345678901234567890n);
  expect(stepped(0.1, 0.2)).toBe(0.3);
  expect(stepped(9, 2, 1, 9)).toBe(9);
  expect(stepped(12345678901234567890n, 10)).toBe(12345678901234567900n);
  expect(stepped(12345678901234567890n, 1, 0, 12345678901234567890n)).toBe(12345678901234567890n);
});

test("a configuration is the same after it was text", () => {
  const value = { seed: 2n ** 64n, steps: 3, rate: 1e-4, sizes: [1, -(2n ** 60n)], name: "12" };
  for (const language of ["yaml", "json"] as const)
    expect(read(write(value, language), language)).toEqual({ value });
});
