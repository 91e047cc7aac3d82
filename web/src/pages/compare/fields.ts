/** Configuration, code and environment of runs as rows of one table. */
import type { Run } from "#api/runs";

export type Field = { path: string; values: ReadonlyMap<string, unknown>; differs: boolean };
type Leaves = Map<string, unknown>;

/** Every value that holds no other, by dotted path; a list of plain values is one, however long. */
export function leavesOf(value: unknown, path = "", found: Leaves = new Map()): Leaves {
  if (typeof value !== "object" || value === null) return found.set(path, value);
  const inner = Object.values(value);
  const isPlain =
    Array.isArray(value) && inner.every((one) => one === null || typeof one !== "object");
  if (isPlain || inner.length === 0) return found.set(path, value);
  for (const [key, inner] of Object.entries(value)) {
    const place = Array.isArray(value) ? `${path}[${key}]` : path ? `${path}.${key}` : key;
    leavesOf(inner, place, found);
  }
  return found;
}

export function fieldsOf(runs: readonly Run[], pick: (run: Run) => unknown): Field[] {
  const byRun = new Map(runs.map((run) => [run.id, leavesOf(pick(run))]));
  const paths = new Set([...byRun.values()].flatMap((leaves) => [...leaves.keys()]));
  return [...paths].filter(Boolean).map((path) => {
    const having = runs.filter(({ id }) => byRun.get(id)?.has(path));
    const values = new Map(having.map(({ id }) => [id, byRun.get(id)?.get(path)]));
    const texts = new Set([...values.values()].map((value) => JSON.stringify(value)));
    return { path, values, differs: texts.size > 1 || values.size < runs.length };
  });
}

type Metadata = Record<string, unknown>;
const SURROUNDINGS = [
  "host",
  "athanor",
  "python",
  "implementation",
  "executable",
  "platform",
  "hardware",
  "packages",
  "environment_names",
];

/** Commit, branch and what was not committed: the files by line, the diff as its lines and a fingerprint. */
export function codeOf(run: Run): unknown {
  const git = ((run.metadata as Metadata).git ?? {}) as Metadata;
  const { diff: _, ...rest } = git;
  const diff = diffOf(run);
  return {
    ...rest,
    ...(Array.isArray(git.untracked) && { untracked: git.untracked.join("\n") || "none" }),
    ...(diff !== "" && { diff: toldOf(diff) }),
  };
}

function toldOf(diff: string): string {
  const lines = diff.split("\n");
  const starting = (sign: string) =>
    lines.filter((line) => line.startsWith(sign) && !line.startsWith(sign.repeat(3))).length;
  return `+${starting("+")} −${starting("-")} lines, ${fingerprint(diff)}`;
}

/** Eight digits that differ when texts do. */
function fingerprint(text: string): string {
  let found = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    found = Math.imul(found ^ text.charCodeAt(at), 0x01000193);
  }
  return (found >>> 0).toString(16).padStart(8, "0");
}

export function diffOf(run: Run): string {
  const git = (run.metadata as { git?: { diff?: unknown } | null }).git;
  return typeof git?.diff === "string" ? git.diff : "";
}

export function environmentOf(run: Run): unknown {
  const entries = Object.entries(run.metadata as Metadata);
  return Object.fromEntries(entries.filter(([name]) => SURROUNDINGS.includes(name)));
}
