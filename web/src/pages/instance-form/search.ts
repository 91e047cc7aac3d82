/** What a new instance begins with, an experiment or another instance, and how it is shown. */
import { type ViewSearch, viewSearch } from "#forms/views";

export type NewSearch = ViewSearch & { experiment?: string; clone?: string };

export function newSearch(given: Record<string, unknown>): NewSearch {
  const { experiment, clone } = given;
  return {
    ...viewSearch(given),
    ...(typeof experiment === "string" && experiment && { experiment }),
    ...(typeof clone === "string" && clone && { clone }),
  };
}
