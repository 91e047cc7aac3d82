import { expect, test } from "vitest";
import { completed, humanised, initialValue, type Node, plain, variantOf } from "./configSchema";

const tagged = (tag: string, more: Record<string, Node>): Node => ({
  type: "object",
  properties: { kind: { const: tag, default: tag }, ...more },
});

test("an optional reference is what it refers to, or null", () => {
  const root: Node = { $defs: { Tree: { type: "object", properties: {} } } };
  const field = plain({ title: "T", anyOf: [{ $ref: "#/$defs/Tree" }, { type: "null" }] }, root);
  expect([field.kind, field.nullable, field.title]).toEqual(["group", true, "T"]);
});

test.each<[Node, string, boolean]>([
  [{ type: ["integer", "null"] }, "integer", true],
  [{ enum: ["a", null] }, "choice", true],
  [{ type: "object", additionalProperties: { type: "number" } }, "map", false],
  [{ type: "array", prefixItems: [{}] }, "tuple", false],
  [{ anyOf: [{ type: "integer" }, { type: "string" }] }, "union", false],
  [{}, "any", true],
])("%j is a %s", (node, kind, nullable) => {
  const field = plain(node, {});
  expect([field.kind, field.nullable]).toEqual([kind, nullable]);
});

test("what is stored stays; what is missing comes from the defaults; names of others are kept", () => {
  const inner: Node = { type: "object", properties: { a: { default: 1 }, b: { default: 2 } } };
  const root: Node = {
    type: "object",
    properties: { group: inner, items: { type: "array", items: inner }, flag: { type: "boolean" } },
  };
  expect(completed(root, root, { old: 1, items: [{ b: 3 }], group: { a: null } })).toEqual({
    group: { a: null, b: 2 },
    items: [{ a: 1, b: 3 }],
    flag: false,
    old: 1,
  });
});

test("the default of a union is not mixed with another alternative", () => {
  const union: Node = {
    oneOf: [
      tagged("sgd", { momentum: { default: 0.9 } }),
      tagged("adam", { rate: { default: 1 } }),
    ],
    default: { kind: "sgd", momentum: 0.5 },
  };
  expect(variantOf(plain(union, {}), {}, { kind: "adam" })).toBe(1);
  expect(completed(union, {}, { kind: "adam" })).toEqual({ kind: "adam", rate: 1 });
  expect(initialValue(union, {})).toEqual({ kind: "sgd", momentum: 0.5 });
});

test("names become labels", () => {
  expect(humanised("runs_per_pair")).toBe("Runs Per Pair");
});
