/**
 * Results that belong together: repeats of one key, or keys that differ in their whole numbers only
 * (`iteration_1`, `iteration_2`, …). Each is a table with a row a result and a column a leaf.
 * The same rule is in `athanor/harness/summarizing.py`.
 */
import { type Json, kindOf, summaryOf } from "./json";

export type Cell = null | boolean | number | bigint | string;
export type Row = {
  id: string;
  key: string;
  timestamp: string;
  /** The number in the key, else how many came before. */
  index: number;
  cells: Record<string, Cell>;
};
export type Column = { path: string; numbers: number; filled: number };
export type Family = {
  /** `iteration_#` */
  name: string;
  rows: Row[];
  columns: Map<string, Column>;
  oneKey: boolean;
};
export type Listed = { id: string; key: string; timestamp: string; value?: unknown };

const MOST_COLUMNS = 300;
const NOT_FINITE: Record<string, number> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  "-Infinity": Number.NEGATIVE_INFINITY,
};

/** Whole numbers, and those that count nothing: `0.5`, `.5`, `1e-3`, `1.2.3`. */
const NUMBER = /(?:(?<!\w)\.)?\d+(?:\.\d+)*(?:e[+-]?\d+)?/gi;

export function familyName(key: string): string {
  return key.replace(NUMBER, (number) => (isWhole(number) ? "#" : number));
}

function isWhole(number: string): boolean {
  return /^\d+$/.test(number);
}

/** Values that hold no other by dotted path; lists are told by their length. */
export function leavesOf(value: Json): Record<string, Cell> {
  const found: Record<string, Cell> = {};
  collect(value, "", found, { left: MOST_COLUMNS });
  return found;
}

function collect(value: Json, path: string, found: Record<string, Cell>, budget: { left: number }) {
  if (budget.left <= 0) return;
  const kind = kindOf(value);
  if (kind === "object" && Object.keys(value as object).length > 0) {
    for (const [key, inner] of Object.entries(value as Record<string, Json>)) {
      collect(inner, path ? `${path}.${key}` : key, found, budget);
    }
    return;
  }
  budget.left -= 1;
  const holds = kind === "object" || kind === "array";
  found[path || "value"] = holds
    ? summaryOf(kind, kind === "array" ? (value as Json[]).length : 0)
    : (value as Cell);
}

/** A cell as a number; null when it is none. What is not finite is stored as a word. */
export function numberOf(cell: Cell | undefined): number | null {
  if (typeof cell === "number") return cell;
  if (typeof cell === "bigint") return Number(cell);
  return typeof cell === "string" ? (NOT_FINITE[cell] ?? null) : null;
}

/** Grows as results come in; a result is looked at once. */
export class Families {
  readonly byName = new Map<string, Family>();

  add(results: readonly Listed[]): void {
    for (const result of results) this.addOne(result);
  }

  private addOne({ id, key, timestamp, value }: Listed): void {
    const family = this.familyFor(key);
    const cells = leavesOf(value as Json);
    family.oneKey &&= family.rows[0] === undefined || family.rows[0].key === key;
    family.rows.push({ id, key, timestamp, index: indexIn(family, key), cells });
    for (const path in cells) note(family.columns, path, cells[path] as Cell);
  }

  private familyFor(key: string): Family {
    const name = familyName(key);
    const known = this.byName.get(name);
    if (known) return known;
    const made: Family = { name, rows: [], columns: new Map(), oneKey: true };
    this.byName.set(name, made);
    return made;
  }

  /** The largest first: what a table is wanted for. */
  list(): Family[] {
    return [...this.byName.values()].sort((a, b) => b.rows.length - a.rows.length);
  }
}

function indexIn(family: Family, key: string): number {
  const numbers = (key.match(NUMBER) ?? []).filter(isWhole);
  return numbers.length === 1 ? Number(numbers[0]) : family.rows.length;
}

function note(columns: Map<string, Column>, path: string, cell: Cell): void {
  const column = columns.get(path) ?? { path, numbers: 0, filled: 0 };
  column.filled += 1;
  if (numberOf(cell) !== null) column.numbers += 1;
  columns.set(path, column);
}

export function numericColumns(family: Family): string[] {
  return [...family.columns.values()]
    .filter(({ numbers, filled }) => numbers > 0 && numbers * 2 >= filled)
    .map(({ path }) => path);
}

/** Where a row stands on the axis: repeats of one key are counted, whatever number it holds. */
export function positionOf(family: Family, row: Row, at: number): number {
  return family.oneKey ? at : row.index;
}

/** What a column may be called that counts the results; those before are preferred. */
const COUNTERS = "step steps global_step epoch iteration iter round batch".split(" ");

/** A column that counts the results in all of these families: the axis of their chart. */
export function counterOf(families: readonly Family[]): string | undefined {
  const paths = [...(families[0]?.columns.keys() ?? [])].filter((path) => rankOf(path) >= 0);
  return paths
    .sort((a, b) => rankOf(a) - rankOf(b))
    .find((path) => families.every((family) => counts(family, path)));
}

/** The place of a path's last part among the names of counters; -1 when it is none. */
function rankOf(path: string): number {
  return COUNTERS.indexOf(path.slice(path.lastIndexOf(".") + 1).toLowerCase());
}

/** Whether a column holds integers that only grow, and is not all there is to draw. */
function counts(family: Family, path: string): boolean {
  const values = family.rows.map(({ cells }) => numberOf(cells[path]) ?? Number.NaN);
  const grows = values.every((value, at) => at === 0 || value > (values[at - 1] as number));
  return grows && values.every(Number.isInteger) && numericColumns(family).length > 1;
}

/** What the axis of a chart of these families shows. */
export function axisOf(families: readonly Family[], counter: string | undefined): string {
  const [first] = families;
  const counted = families.every(({ oneKey }) => oneKey);
  return counter ?? (counted ? "number of the result" : (first?.name ?? ""));
}

export type Point = [number, number | null];

/**
 * A column over the counter, else over the index, in the order of the axis; what is not finite is
 * a gap.
 */
export function pointsOf(family: Family, path: string, counter?: string): Point[] {
  const points: Point[] = family.rows.map((row, at) => {
    const number = numberOf(row.cells[path]);
    const counted = counter === undefined ? null : numberOf(row.cells[counter]);
    const position = counted ?? positionOf(family, row, at);
    return [position, Number.isFinite(number) ? number : null];
  });
  const sorted = points.every((point, at) => at === 0 || (points[at - 1] as Point)[0] <= point[0]);
  return sorted ? points : points.sort((a, b) => a[0] - b[0]);
}

/** What a chart is opened with: the first column that changes and counts nothing. */
export function columnWorthShowing(family: Family, counter?: string): string | undefined {
  const numeric = numericColumns(family).filter((path) => path !== counter);
  const telling = numeric.find((path) => {
    if (rankOf(path) >= 0 && counts(family, path)) return false;
    const points = pointsOf(family, path);
    const changes = points.some(([, y]) => y !== points[0]?.[1]);
    return changes && points.some(([x, y]) => y !== x && y !== x + 1);
  });
  return telling ?? numeric[0];
}

/** Rows in the order of a column: `index`, `key`, `time` or a leaf; what has none comes last. */
export function sortedRows(family: Family, by: string, descending: boolean): Row[] {
  const value = (row: Row): Cell | undefined => {
    if (by === "index") return row.index;
    if (by === "time") return row.timestamp;
    return by === "key" ? row.key : row.cells[by];
  };
  const sign = descending ? -1 : 1;
  return [...family.rows].sort((a, b) => compared(value(a), value(b), sign));
}

function compared(a: Cell | undefined, b: Cell | undefined, sign: number): number {
  const [missingA, missingB] = [a ?? null, b ?? null].map((cell) => cell === null);
  if (missingA || missingB) return Number(missingA) - Number(missingB);
  const [x, y] = [numberOf(a), numberOf(b)];
  if (x !== null && y !== null) return sign * difference(x, y);
  return sign * String(a).localeCompare(String(b), undefined, { numeric: true });
}

function difference(x: number, y: number): number {
  if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y));
  return x < y ? -1 : Number(x > y);
}
