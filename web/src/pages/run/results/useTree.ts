/** The tree of a result as it is opened, closed and searched; missing parts are fetched. */
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { messageOf } from "#api/problem";
import { type ResultDetails, resultQuery } from "#api/results";
import type { Json } from "#util/json";
import { childrenOfAnswer, treeOfPart } from "./pieces";
import type { Place } from "./searching";
import type { Acts } from "./TreeView";
import {
  collapsed,
  deepened,
  revealed,
  rowOf,
  type TreeNode,
  toggled,
  withChildren,
  withWhole,
} from "./tree";
import { useFinding } from "./useFinding";

/** As much as the server gives whole. */
export const WHOLE = { max_chars: 10_000_000 };
const PART = { max_chars: 16_384, limit: 200 };

export function useTree(result: ResultDetails) {
  const cache = useQueryClient();
  const [tree, setTree] = useState(() => treeOfPart(result.part));
  const [error, setError] = useState<string | null>(null);

  const fetchPart = async (path: string, asked: object) => {
    const query = resultQuery(result.run_id, result.id, { path, ...asked });
    return (await cache.fetchQuery(query)).part;
  };
  const wholeOf = async (node: TreeNode): Promise<Json> => {
    if (node.value !== undefined && node.preview === undefined) return node.value;
    return (await fetchPart(node.path, WHOLE)).value as Json;
  };
  /** The whole value, which the tree has from then on; null when it is too large. */
  const takeWhole = async (): Promise<Json | undefined> => {
    if (tree.root.value !== undefined) return tree.root.value;
    const part = await fetchPart("", WHOLE);
    return part.truncated ? undefined : (part.value as Json);
  };
  const show = (place: Place, value: Json) =>
    setTree((now) => revealed(withWhole(now, value), place));
  const finding = useFinding(takeWhole, show);

  const load = async (node: TreeNode, first: number) => {
    try {
      const part = await fetchPart(node.path, { ...PART, first });
      setTree((now) => withChildren(now, node.path, childrenOfAnswer(part)));
      setError(null);
    } catch (problem) {
      setError(messageOf(problem));
    }
  };
  const acts: Acts = {
    toggle: (at) => setTree((now) => toggled(now, at)),
    deepen: (path) => setTree((now) => deepened(now, path)),
    load: (node, first) => void load(node, first),
    copy: async (node) => textToCopy(await wholeOf(node)),
  };
  return {
    tree,
    acts,
    error,
    finding: { ...finding, row: finding.place ? rowOf(tree, finding.place) : -1 },
    copyAll: async () => textToCopy(await wholeOf(tree.root)),
    collapse: () => setTree(collapsed),
  };
}

/** A text as it is, everything else as JSON. */
function textToCopy(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}
