/**
 * A value as the rows of a tree. Pure: a state and what was done give a new state; opening and
 * closing change only the rows below the node, so a tree of 100,000 rows is as quick as one of ten.
 */
import { type Json, type Kind, kindOf, lengthOf, pathOf } from "#util/json";

/** So many levels are shown below the root, or below where more were asked for. */
export const LEVELS = 5;
/** What is opened by itself at first: no more rows than this. */
export const OPENED_AT_FIRST = 60;

export type TreeNode = {
  path: string;
  key: string | number | null;
  kind: Kind;
  length: number | null;
  /** Undefined when it is not here yet: its children are fetched. */
  value?: Json;
  /** What stands for a long text that is not here whole. */
  preview?: string;
};
export type TreeRow =
  | { type: "node"; node: TreeNode; depth: number; level: number; open: boolean }
  | { type: "deeper"; node: TreeNode; depth: number; level: number }
  | { type: "load"; node: TreeNode; depth: number; level: number; first: number };
export type Children = { nodes: readonly TreeNode[]; next: number | null };
export type Tree = {
  root: TreeNode;
  rows: readonly TreeRow[];
  opened: ReadonlySet<string>;
  deeper: ReadonlySet<string>;
  parts: ReadonlyMap<string, Children>;
};

export function holdsOthers(node: TreeNode): boolean {
  return (node.kind === "object" || node.kind === "array") && node.length !== 0;
}

export function rootOf(value: Json): TreeNode {
  return { path: "", key: null, kind: kindOf(value), length: lengthOf(value), value };
}

/** The tree of a root: opened as far as it stays small. */
export function treeOf(root: TreeNode, parts: ReadonlyMap<string, Children> = new Map()): Tree {
  const tree = { root, opened: new Set<string>(), deeper: new Set<string>(), parts, rows: [] };
  return flattened({ ...tree, opened: openedAtFirst(tree) });
}

function openedAtFirst(tree: Tree): Set<string> {
  const opened = new Set<string>([""]);
  let shown = childrenOf(tree, tree.root)?.nodes.length ?? 0;
  let level: readonly TreeNode[] = childrenOf(tree, tree.root)?.nodes ?? [];
  for (let depth = 1; depth <= LEVELS && shown <= OPENED_AT_FIRST; depth += 1) {
    const next: TreeNode[] = [];
    for (const node of level) {
      if (!holdsOthers(node) || node.value === undefined) continue;
      if (shown + (node.length ?? 0) > OPENED_AT_FIRST) continue;
      shown += node.length ?? 0;
      opened.add(node.path);
      for (const inner of childrenOf(tree, node)?.nodes ?? []) next.push(inner);
    }
    level = next;
  }
  return opened;
}

/** What is inside a node; undefined when it is not here. */
export function childrenOf(tree: Pick<Tree, "parts">, node: TreeNode): Children | undefined {
  if (node.value === undefined) return tree.parts.get(node.path);
  return { nodes: nodesIn(node, node.value), next: null };
}

/** A value stands at one place, so its nodes are made once. */
const known = new WeakMap<object, TreeNode[]>();

function nodesIn(node: TreeNode, value: Json): TreeNode[] {
  if (typeof value !== "object" || value === null) return [];
  const nodes = known.get(value) ?? nodesOf(node, value);
  known.set(value, nodes);
  return nodes;
}

function nodesOf(node: TreeNode, value: Json): TreeNode[] {
  if (Array.isArray(value)) return value.map((inner, at) => child(node, at, inner));
  if (kindOf(value) !== "object") return [];
  return Object.entries(value as Record<string, Json>).map(([key, inner]) =>
    child(node, key, inner),
  );
}

function child(parent: TreeNode, key: string | number, value: Json): TreeNode {
  const path = pathOf(parent.path, key, parent.key === null);
  return { path, key, kind: kindOf(value), length: lengthOf(value), value };
}

/** The tree of the whole value, of which only parts were here; what was open stays open. */
export function withWhole(tree: Tree, value: Json): Tree {
  if (tree.root.value !== undefined) return tree;
  return flattened({ ...tree, root: rootOf(value), parts: new Map() });
}

function flattened(tree: Tree): Tree {
  const rows: TreeRow[] = [];
  addNode(tree, tree.root, 0, 0, rows);
  return { ...tree, rows };
}

function addNode(tree: Tree, node: TreeNode, depth: number, level: number, rows: TreeRow[]): void {
  const open = holdsOthers(node) && tree.opened.has(node.path);
  rows.push({ type: "node", node, depth, level, open });
  if (open) addChildren(tree, node, depth, level, rows);
}

function addChildren(tree: Tree, node: TreeNode, depth: number, level: number, rows: TreeRow[]) {
  if (level >= LEVELS && !tree.deeper.has(node.path)) {
    rows.push({ type: "deeper", node, depth: depth + 1, level });
    return;
  }
  const below = tree.deeper.has(node.path) ? 1 : level + 1;
  const children = childrenOf(tree, node) ?? { nodes: [], next: 0 };
  for (const inner of children.nodes) addNode(tree, inner, depth + 1, below, rows);
  if (children.next !== null) {
    rows.push({ type: "load", node, depth: depth + 1, level: below, first: children.next });
  }
}

/** Where the rows below a row end. */
function endBelow(rows: readonly TreeRow[], at: number): number {
  const depth = rows[at]?.depth ?? 0;
  let end = at + 1;
  while (end < rows.length && (rows[end] as TreeRow).depth > depth) end += 1;
  return end;
}

/** The tree with the rows of one node made anew. */
function renewed(tree: Tree, at: number): Tree {
  const row = tree.rows[at];
  if (row === undefined) return tree;
  const rows: TreeRow[] = [];
  addNode(tree, row.node, row.depth, row.level, rows);
  const { rows: before } = tree;
  return { ...tree, rows: before.slice(0, at).concat(rows, before.slice(endBelow(before, at))) };
}

function indexOf({ rows }: Tree, path: string, from = 0): number {
  for (let at = from; at < rows.length; at += 1) {
    const row = rows[at] as TreeRow;
    if (row.type === "node" && row.node.path === path) return at;
  }
  return -1;
}

/** Open or close the node of a row. */
export function toggled(tree: Tree, at: number): Tree {
  const row = tree.rows[at];
  if (row?.type !== "node" || !holdsOthers(row.node)) return tree;
  const opened = new Set(tree.opened);
  if (row.open) opened.delete(row.node.path);
  else opened.add(row.node.path);
  return renewed({ ...tree, opened }, at);
}

/** Five levels more below a node. */
export function deepened(tree: Tree, path: string): Tree {
  return renewed({ ...tree, deeper: new Set(tree.deeper).add(path) }, indexOf(tree, path));
}

/** With children of a node that were fetched. */
export function withChildren(tree: Tree, path: string, more: Children): Tree {
  const known = tree.parts.get(path)?.nodes ?? [];
  const parts = new Map(tree.parts).set(path, { ...more, nodes: known.concat(more.nodes) });
  return renewed({ ...tree, parts }, indexOf(tree, path));
}

/** Everything closed but the root. */
export function collapsed(tree: Tree): Tree {
  return flattened({ ...tree, opened: new Set([""]), deeper: new Set() });
}

/** With all that leads to a place open; the place is a row then. */
export function revealed(tree: Tree, keys: readonly (string | number)[]): Tree {
  let shown = tree;
  let path = "";
  let at = 0;
  keys.forEach((key, depth) => {
    shown = withOpen(shown, at);
    path = pathOf(path, key, depth === 0);
    at = indexOf(shown, path, at);
  });
  return shown;
}

/** With the children of a row shown, however deep they are. */
function withOpen(tree: Tree, at: number): Tree {
  const row = tree.rows[at];
  if (row?.type !== "node") return tree;
  const { path } = row.node;
  const isHidden = row.level >= LEVELS && !tree.deeper.has(path);
  if (row.open && !isHidden) return tree;
  const deeper = isHidden ? new Set(tree.deeper).add(path) : tree.deeper;
  return renewed({ ...tree, deeper, opened: new Set(tree.opened).add(path) }, at);
}

/** The row of a place; -1 when it is not shown. */
export function rowOf(tree: Tree, keys: readonly (string | number)[]): number {
  const path = keys.reduce<string>((parent, key, at) => pathOf(parent, key, at === 0), "");
  return indexOf(tree, path);
}
