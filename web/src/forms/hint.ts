/** What is said of a field's value: before it is filled in, and when it is plainly wrong. */
import type { Plain } from "#util/configSchema";
import { count } from "#util/format";
import { isNumber, isWhole } from "#util/json";

/** The description, with the bounds of a number where it does not name them itself. */
export function helpOf(field: Plain): string | undefined {
  const { description } = field;
  const ends = [low(field), high(field)].filter((end) => end !== undefined);
  const named = ends.every((end) => numbersIn(description).includes(Number(end)));
  return named ? description : [description, boundsOf(field)].filter(Boolean).join("\n");
}

const low = ({ minimum, exclusiveMinimum }: Plain) => minimum ?? exclusiveMinimum;
const high = ({ maximum, exclusiveMaximum }: Plain) => maximum ?? exclusiveMaximum;

function numbersIn(text = ""): number[] {
  return (text.match(/-?\d[\d,_]*(\.\d+)?(e[+-]?\d+)?/gi) ?? []).map((one) =>
    Number(one.replace(/[,_]/g, "")),
  );
}

/** 1 to 1,000 · at least 1 · above 0, at most 1 */
function boundsOf({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Plain): string {
  if (minimum !== undefined && maximum !== undefined) return `${told(minimum)} to ${told(maximum)}`;
  const ends = {
    "at least": minimum,
    above: exclusiveMinimum,
    "at most": maximum,
    below: exclusiveMaximum,
  };
  return Object.entries(ends)
    .flatMap(([word, end]) => (end === undefined ? [] : `${word} ${told(end)}`))
    .join(", ");
}

function told(value: number | bigint): string {
  return typeof value === "number" && Number.isSafeInteger(value) ? count(value) : String(value);
}

/** What is plainly wrong with a value, before the server has answered: in the same words as its own. */
export function hint(field: Plain, required: boolean, value: unknown): string | undefined {
  if (value === undefined || value === null || value === "")
    return required && (value !== "" || field.minLength) ? "is required" : undefined;
  if (field.kind === "integer" && !isWhole(value)) return "must be an integer";
  if (field.kind === "number" && !isNumber(value)) return "must be a number";
  return isNumber(value) ? outOfBounds(field, value) : undefined;
}

function outOfBounds({ minimum, maximum }: Plain, value: number | bigint): string | undefined {
  if (minimum !== undefined && value < minimum)
    return `must be greater than or equal to ${minimum}`;
  if (maximum !== undefined && value > maximum) return `must be less than or equal to ${maximum}`;
  return undefined;
}
