import { expect, test } from "vitest";
import type { Run } from "#api/runs";
import { codeOf, fieldsOf } from "./fields";

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

test("a diff is told by its lines", () => {
  const [field] = differing("--- a\n+++ b\n-1\n+2\n+3", "");
  expect(field?.values.get("0")).toMatch(/^\+2 −1 lines, [0-9a-f]{8}$/);
});
