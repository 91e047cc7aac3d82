/** A long JSON text, parsed a little at a time so that the page stays quick. */
import { exactNumber, type Json, parseExactly } from "./json";
import { pausing } from "./slices";

/** Texts up to this are parsed at once. */
const SHORT = 100_000;
/** So many values are parsed between two looks at the clock. */
const AT_ONCE = 200;

type Open = { into: Json[] } | { into: Record<string, Json>; key: string };

/** Like `parseExactly`, with pauses. */
export async function parsedInSlices(text: string, signal?: AbortSignal): Promise<unknown> {
  return text.length <= SHORT ? parseExactly(text) : await pausing(parsing(text), signal);
}

/** The value of a text that is JSON; yields now and then. */
export function* parsing(text: string): Generator<undefined, Json> {
  const reader = new Reader(text);
  const waiting: Open[] = [];
  for (let read = 1; ; read += 1) {
    if (read % AT_ONCE === 0) yield;
    let value = reader.begin(waiting);
    while (value !== undefined) {
      const open = waiting[waiting.length - 1];
      if (open === undefined) return reader.end(value);
      put(open, value);
      if (reader.goesOn(open)) break;
      waiting.pop();
      value = open.into;
    }
  }
}

function put(open: Open, value: Json): void {
  if (!("key" in open)) open.into.push(value);
  else if (open.key !== "__proto__") open.into[open.key] = value;
  else Object.defineProperty(open.into, open.key, { value, ...AS_ANY_OTHER });
}

const AS_ANY_OTHER = { writable: true, enumerable: true, configurable: true };
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const SPACE = /[ \t\n\r]*/y;
const WORDS = { t: true, f: false, n: null } as const;

class Reader {
  private at = 0;
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** A value that is whole; undefined when one was opened whose parts follow. */
  begin(waiting: Open[]): Json | undefined {
    const first = this.next();
    if (first === "[") return this.open(waiting, "]", [], (into) => ({ into }));
    if (first === "{") {
      return this.open(waiting, "}", {}, (into) => ({ into, key: this.key() }));
    }
    if (first === '"') return this.string();
    if (first === "t" || first === "f" || first === "n") return this.word(WORDS[first]);
    return this.number();
  }

  /** Whether another part follows; what was open is closed else. */
  goesOn(open: Open): boolean {
    const isObject = "key" in open;
    const found = this.next();
    if (found !== "," && found !== (isObject ? "}" : "]")) throw this.wrong();
    this.at += 1;
    if (found !== ",") return false;
    if (isObject) open.key = this.key();
    return true;
  }

  end(value: Json): Json {
    if (this.next() !== undefined) throw this.wrong();
    return value;
  }

  private open<T extends Json>(
    waiting: Open[],
    closing: string,
    empty: T,
    opened: (into: T) => Open,
  ): T | undefined {
    this.at += 1;
    if (this.next() !== closing) {
      waiting.push(opened(empty));
      return undefined;
    }
    this.at += 1;
    return empty;
  }

  private next(): string | undefined {
    SPACE.lastIndex = this.at;
    SPACE.test(this.text);
    this.at = SPACE.lastIndex;
    return this.text[this.at];
  }

  private key(): string {
    if (this.next() !== '"') throw this.wrong();
    const key = this.string();
    if (this.next() !== ":") throw this.wrong();
    this.at += 1;
    return key;
  }

  private string(): string {
    const begin = this.at;
    let end = begin;
    do {
      end = this.text.indexOf('"', end + 1);
      if (end < 0) throw this.wrong();
    } while (isEscaped(this.text, end));
    this.at = end + 1;
    const inner = this.text.slice(begin + 1, end);
    return inner.includes("\\") ? JSON.parse(`"${inner}"`) : inner;
  }

  private word<T extends boolean | null>(value: T): T {
    const text = String(value);
    if (!this.text.startsWith(text, this.at)) throw this.wrong();
    this.at += text.length;
    return value;
  }

  private number(): Json {
    NUMBER.lastIndex = this.at;
    const source = NUMBER.exec(this.text)?.[0];
    if (source === undefined) throw this.wrong();
    this.at += source.length;
    return exactNumber(source);
  }

  private wrong(): SyntaxError {
    return new SyntaxError(`No JSON at ${this.at}: ${this.text.slice(this.at, this.at + 20)}`);
  }
}

/** An odd number of backslashes stands before it. */
function isEscaped(text: string, at: number): boolean {
  let before = at - 1;
  while (text[before] === "\\") before -= 1;
  return (at - before) % 2 === 0;
}
