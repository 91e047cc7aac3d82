/** What of a run is shown, as it stands in the address. */
import { LEVELS, type Level } from "#api/logs";
import { type ResultsSearch, resultsSearch } from "./results/search";

export const TABS = ["logs", "results", "details"] as const;
export type Tab = (typeof TABS)[number];

export type RunSearch = LogsSearch & ResultsSearch;
type LogsSearch = { tab?: Tab; level?: Level[]; text?: string; line?: number };

export function runSearch(given: Record<string, unknown>): RunSearch {
  const { tab, text, line } = given;
  const asked = ([] as unknown[]).concat(given.level ?? []);
  const level = LEVELS.filter((one) => asked.includes(one));
  const number = Number(line);
  return {
    ...resultsSearch(given),
    ...(TABS.includes(tab as Tab) && tab !== "logs" && { tab: tab as Tab }),
    ...(level.length > 0 && level.length < LEVELS.length && { level }),
    ...((typeof text === "string" || typeof text === "number") &&
      text !== "" && { text: `${text}` }),
    ...(Number.isSafeInteger(number) && number > 0 && { line: number }),
  };
}
