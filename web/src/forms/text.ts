/** A configuration as YAML or JSON text, and back; what is wrong comes with its line. */
import { isScalar, LineCounter, parseDocument, stringify } from "yaml";
import { integerOf, parse } from "#util/json";
import { isNamed, type Named } from "#util/place";

export type Language = "yaml" | "json";
export type Read = { value: Named } | { message: string; line: number };

export function write(value: Named, language: Language): string {
  if (language === "json") return JSON.stringify(value, null, 2);
  return Object.keys(value).length === 0 ? "" : stringify(value, { lineWidth: 0 });
}

export function read(text: string, language: Language): Read {
  const lines = new LineCounter();
  // JSON is YAML as well: one reader gives the lines of both.
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    intAsBigInt: true,
  });
  const [error] = document.errors;
  if (error) return { message: error.message, line: lines.linePos(error.pos[0]).line };
  if (language === "json") return strictly(text);
  try {
    return object(document.toJS({ maxAliasCount: 100, reviver: inRange }) ?? {});
  } catch (failure) {
    return { message: String(failure), line: 1 };
  }
}

/** A number where one can say it. */
function inRange(_: unknown, value: unknown): unknown {
  return typeof value === "bigint" ? integerOf(String(value)) : value;
}

/** Some YAML that looks like JSON is none, such as a comment or a comma too many. */
function strictly(text: string): Read {
  try {
    return object(text.trim() === "" ? {} : parse(text));
  } catch (failure) {
    const message = failure instanceof Error ? failure.message : String(failure);
    const at = /position (\d+)/.exec(message)?.[1] ?? text.length;
    return { message, line: text.slice(0, Number(at)).split("\n").length };
  }
}

function object(value: unknown): Read {
  if (isNamed(value)) return { value };
  return { message: "a configuration has named values: `name: value`", line: 1 };
}

/** The line on which the value of a dotted path begins; 1 when it is not in the text. */
export function lineOf(text: string, path: string): number {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const steps = [...path.matchAll(/\[(\d+)\]|[^.[\]]+/g)].map(([step, at]) => (at ? +at : step));
  for (let depth = steps.length; depth > 0; depth -= 1) {
    const found = document.getIn(steps.slice(0, depth), true);
    const range = isScalar(found) ? found.range : (found as { range?: number[] } | null)?.range;
    if (range) return lines.linePos(range[0] ?? 0).line;
  }
  return 1;
}
