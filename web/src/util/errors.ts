/** What an error says: of a run, by type and message, then a trace; of the page itself. */

const TRACE = "Traceback (most recent call last):";

/** The first line of type and message; behind a trace, where the text begins with one. */
export function reasonOf(error: string): string {
  const [first = "", ...rest] = error.trim().split("\n");
  if (first.trimEnd() !== TRACE) return first;
  return rest.find((line) => /^\S/.test(line)) ?? first;
}

/** Whether a lazily loaded part of the build did not come, in the words of each browser and of Vite. */
export function isLostPart(error: unknown): boolean {
  const said = error instanceof Error ? error.message : "";
  return /dynamically imported module|module script failed|preload CSS/i.test(said);
}
