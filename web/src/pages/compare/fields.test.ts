import { expect, test } from "vitest";
import type { Run } from "#api/runs";
import { codeOf, fieldsOf, leavesOf } from "./fields";

const run = (id: string, diff: string) =>
  ({ id, metadata: { git: { commit: "c", diff } } }) as unknown as Run;
const differing = (...diffs: string[]) =>
  fieldsOf(
    diffs.map((diff, at) => run(`${at}`, diff)),
    codeOf,
  ).filter(({ differs }) => differs);

test("code differs when what was not committed does", () => {
  expect(differing("--- a\n+++ b\n-1\n+2\n+3", "")).toMatchObject([{ path: "diff" }]);
  expect(differing("+a", "+b")).toMatchObject([{ path: "diff" }]);
  expect(differing("+a", "+a")).toEqual([]);
});

test("files that were not committed are one row, a line each", () => {
  const git = (untracked: string[]) =>
    ({ id: `${untracked.length}`, metadata: { git: { untracked } } }) as unknown as Run;
  const fields = fieldsOf([git(["a", "b"]), git(["0", "a", "b"]), git([])], codeOf);
  expect(fields.map(({ path, differs }) => [path, differs])).toEqual([["untracked", true]]);
  expect([...(fields[0]?.values.values() ?? [])]).toEqual(["a\nb", "0\na\nb", "none"]);
});

test("a list of plain values is one row, empty or not; what holds more has a row for each", () => {
  expect([...leavesOf({ tags: ["a", "b"], none: [] })]).toEqual([
    ["tags", ["a", "b"]],
    ["none", []],
  ]);
  expect([...leavesOf({ layers: [{ size: 3 }, { size: [4, 5] }] }).keys()]).toEqual([
    "layers[0].size",
    "layers[1].size",
  ]);
});

test("a diff is told by its lines", () => {
  const [field] = differing("--- a\n+++ b\n-1\n+2\n+3", "");
  expect(field?.values.get("0")).toMatch(/^\+2 −1 lines, [0-9a-f]{8}$/);
});
