/** Why a run failed, as the server tells it: type and message, then a trace. */

const TRACE = "Traceback (most recent call last):";

/** The first line of type and message; behind a trace, where the text begins with one. */
export function reasonOf(error: string): string {
  const [first = "", ...rest] = error.trim().split("\n");
  if (first.trimEnd() !== TRACE) return first;
  return rest.find((line) => /^\S/.test(line)) ?? first;
}
