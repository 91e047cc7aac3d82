/** Several of a list, chosen by boxes, by x, and with Shift from one to another. */
import { useCallback, useRef, useState } from "react";
import { useHotkey } from "#ui/hotkeys";

export type Selection = {
  ids: ReadonlySet<string>;
  /** `range`: all between the last one chosen and this one too. */
  toggle: (id: string, range: boolean) => void;
  set: (ids: readonly string[]) => void;
  clear: () => void;
};

const NONE: ReadonlySet<string> = new Set();

export function useSelection(all: readonly { id: string }[]): Selection {
  const [ids, setIds] = useState(NONE);
  const last = useRef<string | null>(null);
  const known = useRef(all);
  known.current = all;
  const toggle = useCallback((id: string, range: boolean) => {
    const also = range ? between(known.current, last.current, id) : [id];
    last.current = id;
    setIds((before) => {
      const after = new Set(before);
      const choose = !before.has(id);
      for (const one of also) choose ? after.add(one) : after.delete(one);
      return after;
    });
  }, []);
  const set = useCallback((chosen: readonly string[]) => setIds(new Set(chosen)), []);
  const clear = useCallback(() => setIds(NONE), []);
  useHotkey("x", "Choose the row that has the focus", () => {
    const row = document.activeElement?.closest("[data-row]")?.getAttribute("data-row");
    if (row) toggle(row, false);
  });
  useHotkey("Escape", "Choose nothing", clear, ids.size > 0);
  return { ids, toggle, set, clear };
}

function between(all: readonly { id: string }[], from: string | null, to: string): string[] {
  const places = [from, to].map((id) => all.findIndex((one) => one.id === id));
  if (places.includes(-1)) return [to];
  return all.slice(Math.min(...places), Math.max(...places) + 1).map(({ id }) => id);
}
