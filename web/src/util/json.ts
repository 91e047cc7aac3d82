/** JSON as it was said: numbers that JavaScript would round or write otherwise keep their text. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Kind = "object" | "array" | "string" | "number" | "boolean" | "null";

type RawNumber = { rawJSON: string };
type Reviver = (key: string, value: unknown, context: { source?: string }) => unknown;
type Exact = {
  rawJSON?: (text: string) => RawNumber;
  isRawJSON?: (value: unknown) => value is RawNumber;
  parse(text: string, reviver: Reviver): unknown;
};
const exact = JSON as unknown as Exact;
/** A number of sixteen digits, one with an exponent, or one that ends in `.0`. */
const UNUSUAL = /\d{16}|\d\.0\b|\d[eE]/;

/** Sixteen digits that are no fraction's: perhaps an integer that a number of JavaScript cannot hold. */
const LONG = /(?<![.\d])\d{16}/;

/** Parse; an integer beyond 2^53 becomes a BigInt, which `JSON.stringify` writes as it was. */
export function parse(text: string): unknown {
  if (!exact.rawJSON || !LONG.test(text)) return JSON.parse(text);
  return exact.parse(text, (_, value, { source }) =>
    typeof value === "number" && source !== undefined ? integerOf(source) : value,
  );
}

/** The number that is meant; a BigInt if it is an integer that no number is equal to. */
export function integerOf(source: string): number | bigint {
  const value = Number(source);
  const isLong = exact.rawJSON && /^-?\d+$/.test(source) && !Number.isSafeInteger(value);
  return isLong ? BigInt(source) : value;
}

export function isNumber(value: unknown): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}

export function isWhole(value: unknown): boolean {
  return typeof value === "bigint" || Number.isInteger(value);
}

if (exact.rawJSON && !("toJSON" in BigInt.prototype)) {
  const toJSON = function (this: bigint) {
    return exact.rawJSON?.(String(this));
  };
  Object.defineProperty(BigInt.prototype, "toJSON", { value: toJSON });
}

/** Parse; a number that would not be written as it was becomes what `JSON.rawJSON` makes of it. */
export function parseExactly(text: string): unknown {
  if (!exact.rawJSON || !UNUSUAL.test(text)) return JSON.parse(text);
  return exact.parse(text, (_, value, { source }) =>
    typeof value === "number" && source !== undefined ? exactNumber(source) : value,
  );
}

/** A number that is written as it was said. */
export function exactNumber(source: string): Json {
  const value = Number(source);
  if (!exact.rawJSON || String(value) === source) return value;
  return exact.rawJSON(source) as unknown as Json;
}

function isRawNumber(value: unknown): value is RawNumber {
  return exact.isRawJSON?.(value) ?? false;
}

export function kindOf(value: Json): Kind {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "bigint") return "number";
  if (typeof value !== "object") return typeof value as Kind;
  return isRawNumber(value) ? "number" : "object";
}

/** Entries of an object or array, characters of a string, else null. */
export function lengthOf(value: Json): number | null {
  const kind = kindOf(value);
  if (kind === "object") return Object.keys(value as object).length;
  return kind === "array" || kind === "string" ? (value as string).length : null;
}

/** The text of a value that holds no other. */
export function textOf(value: Json): string {
  return isRawNumber(value) ? value.rawJSON : String(value);
}

/** `Array(42)` · `Object{12 keys}` */
export function summaryOf(kind: Kind, length: number | null): string {
  if (kind === "array") return `Array(${length})`;
  return `Object{${length} ${length === 1 ? "key" : "keys"}}`;
}

/** A key of a path, as the server wants it: a backslash before a dot or a backslash. */
export function pathOf(parent: string, key: string | number, isRoot: boolean): string {
  const escaped = typeof key === "number" ? String(key) : key.replace(/[.\\]/g, "\\$&");
  return isRoot ? escaped : `${parent}.${escaped}`;
}
