/** What an error says: of a run, by type and message, then a trace; of the page itself. */

const TRACE = "Traceback (most recent call last):";

/** The package and modules before the name of an error. */
const MODULES = /^(?:\w+\.)+(?=[A-Z]\w*(?::|$))/;

/**
 * The first line of type and message; behind a trace, where the text begins with one. Where the
 * type is from is left out: there is little room.
 */
export function reasonOf(error: string): string {
  const [first = "", ...rest] = error.trim().split("\n");
  const line = first.trimEnd() === TRACE ? rest.find((one) => /^\S/.test(one)) : first;
  return (line ?? first).replace(MODULES, "");
}

/** Whether a lazily loaded part of the build did not come, in the words of each browser and of Vite. */
export function isLostPart(error: unknown): boolean {
  const said = error instanceof Error ? error.message : "";
  return /dynamically imported module|module script failed|preload CSS/i.test(said);
}
