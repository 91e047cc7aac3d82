/** From the parts that REST gives to nodes of the tree. */
import type { Part, PieceOfValue } from "#api/results";
import type { Json, Kind } from "#util/json";
import { type Children, childrenOf, rootOf, type Tree, type TreeNode, treeOf } from "./tree";

export function treeOfPart(part: Part): Tree {
  const root = nodeOf(part, null);
  if (root.value !== undefined) return treeOf(root);
  return treeOf(root, new Map([["", childrenOfPart(part)]]));
}

export function childrenOfPart(part: Part): Children {
  const nodes = part.children.map((piece) => nodeOf(piece, lastKey(piece.path, part.type)));
  return { nodes, next: part.next_child };
}

/** A part that was fetched for a node; a small one comes whole. */
export function childrenOfAnswer(part: Part): Children {
  if (part.truncated) return childrenOfPart(part);
  const node = { ...rootOf(part.value as Json), path: part.path, key: "" };
  return childrenOf({ parts: new Map() }, node) as Children;
}

function nodeOf(piece: PieceOfValue, key: string | number | null): TreeNode {
  const { path, length, preview, truncated } = piece;
  const kind = piece.type as Kind;
  const isText = kind === "string";
  const value = truncated && !isText ? undefined : (piece.value as Json);
  return { path, key, kind, length, value, ...(truncated && { preview }) };
}

/** The last key of a path, without its backslashes. */
function lastKey(path: string, parent: string): string | number {
  const key = (/(?:[^.\\]|\\.)*$/s.exec(path)?.[0] ?? "").replace(/\\(.)/gs, "$1");
  return parent === "array" ? Number(key) : key;
}
