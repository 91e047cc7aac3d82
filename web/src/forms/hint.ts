/** What is plainly wrong with a value, before the server has answered: in the same words as its own. */
import type { Plain } from "#util/configSchema";

export function hint(field: Plain, required: boolean, value: unknown): string | undefined {
  if (value === undefined || value === null || value === "")
    return required && (value !== "" || field.minLength) ? "is required" : undefined;
  if (field.kind === "integer" && !Number.isInteger(value)) return "must be an integer";
  if (field.kind === "number" && typeof value !== "number") return "must be a number";
  return typeof value === "number" ? outOfBounds(field, value) : undefined;
}

function outOfBounds({ minimum, maximum }: Plain, value: number): string | undefined {
  if (minimum !== undefined && value < minimum)
    return `must be greater than or equal to ${minimum}`;
  if (maximum !== undefined && value > maximum) return `must be less than or equal to ${maximum}`;
  return undefined;
}
