/** How a configuration can be shown while it is filled in. */
export type View = "form" | "yaml" | "json";

/** What stands in the address of a page with such a form; the form unless it says otherwise. */
export type ViewSearch = { view?: "yaml" | "json" };

export function viewSearch({ view }: Record<string, unknown>): ViewSearch {
  return view === "yaml" || view === "json" ? { view } : {};
}

/** What a view is in the address. */
export function inSearch(view: View): ViewSearch {
  return { view: view === "form" ? undefined : view };
}
