import { expect, test } from "vitest";
import type { Json } from "#util/json";
import {
  collapsed,
  deepened,
  LEVELS,
  revealed,
  rootOf,
  rowOf,
  type Tree,
  toggled,
  treeOf,
  withChildren,
} from "./tree";

const shown = (tree: Tree) =>
  tree.rows.map((row) => `${row.type === "node" ? row.node.path : row.type}@${row.depth}`);
const nested = (levels: number): Json => (levels === 0 ? "bottom" : { in: nested(levels - 1) });
const at = (tree: Tree, path: string) => rowOf(tree, path.split("."));

test("a small value is open as far as five levels, the sixth is asked for", () => {
  const tree = treeOf(rootOf(nested(12)));
  expect(tree.rows).toHaveLength(LEVELS + 2);
  expect(tree.rows.at(-1)?.type).toBe("deeper");
  const deeper = deepened(tree, "in.in.in.in.in");
  expect(deeper.rows.at(-1)).toMatchObject({ type: "node", depth: 6, open: false });
});

test("a large value is open at its root only", () => {
  const tree = treeOf(rootOf({ list: Array(1000).fill(1), map: { a: 1 } }));
  expect(shown(tree)).toEqual(["@0", "list@1", "map@1", "map.a@2"]);
});

test("a node opens and closes, and remembers what was open inside", () => {
  const start = collapsed(treeOf(rootOf({ a: { b: { c: 1 } }, z: 2 })));
  expect(shown(start)).toEqual(["@0", "a@1", "z@1"]);
  const once = toggled(start, at(start, "a"));
  const twice = toggled(once, at(once, "a.b"));
  expect(shown(twice)).toEqual(["@0", "a@1", "a.b@2", "a.b.c@3", "z@1"]);
  const closed = toggled(twice, at(twice, "a"));
  expect(shown(closed)).toEqual(shown(start));
  expect(shown(toggled(closed, at(closed, "a")))).toEqual(shown(twice));
});

test("rows beside the node stay the same objects", () => {
  const tree = collapsed(treeOf(rootOf({ a: [1, 2], z: 2 })));
  const opened = toggled(tree, 1);
  expect(opened.rows[0]).toBe(tree.rows[0]);
  expect(opened.rows.at(-1)).toBe(tree.rows.at(-1));
});

test("keys with dots and backslashes have paths of their own", () => {
  const tree = treeOf(rootOf({ "a.b": { "c\\": 1 }, a: { b: 2 } }));
  expect(shown(tree)).toEqual(["@0", "a\\.b@1", "a\\.b.c\\\\@2", "a@1", "a.b@2"]);
});

test("empty objects and lists hold nothing", () => {
  const tree = treeOf(rootOf({ a: {}, b: [] }));
  expect(toggled(tree, 1)).toBe(tree);
  expect(shown(tree)).toEqual(["@0", "a@1", "b@1"]);
});

test("what is not here is asked for where it belongs, and takes its place", () => {
  const root = { path: "", key: null, kind: "array", length: 3 } as const;
  const one = (key: number) =>
    ({ path: `${key}`, key, kind: "number", length: null, value: key }) as const;
  const tree = treeOf(root, new Map([["", { nodes: [one(0)], next: 1 }]]));
  expect(tree.rows.at(-1)).toMatchObject({ type: "load", first: 1 });
  const more = withChildren(tree, "", { nodes: [one(1), one(2)], next: null });
  expect(shown(more)).toEqual(["@0", "0@1", "1@1", "2@1"]);
});

test("a place is revealed, however deep", () => {
  const tree = collapsed(treeOf(rootOf(nested(12))));
  const place = Array(11).fill("in");
  expect(rowOf(tree, place)).toBe(-1);
  const found = revealed(tree, place);
  expect(found.rows[rowOf(found, place)]).toMatchObject({ depth: 11 });
});

test("a hundred thousand rows open and close", () => {
  const tree = collapsed(treeOf(rootOf({ list: Array.from({ length: 100_000 }, (_, n) => n) })));
  const opened = toggled(tree, 1);
  expect(opened.rows).toHaveLength(100_002);
  expect(toggled(opened, 1).rows).toHaveLength(2);
});
