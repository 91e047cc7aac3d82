/** Keys of what is on screen. The registry is also what `?` lists and the palette offers. */
import { useEffect, useEffectEvent } from "react";
import { Store } from "#util/store";

export type Hotkey = {
  /** `n`, `?`, `Enter`, `mod+k` (Ctrl, or Command on a Mac). */
  keys: string;
  /** What it does: "Start run". */
  description: string;
  action: () => void;
};

const registry = new Store<readonly Hotkey[]>([]);

/** All keys that work now, the newest last; the newest wins. */
export const hotkeys = { subscribe: registry.subscribe, get: registry.get };

/** A key while the component is mounted; ignored while one types or a dialog is open. */
export function useHotkey(keys: string, description: string, action: () => void, on = true): void {
  const act = useEffectEvent(action);
  useEffect(() => {
    if (!on) return;
    const entry: Hotkey = { keys, description, action: () => act() };
    registry.set([...registry.get(), entry]);
    return () => registry.set(registry.get().filter((other) => other !== entry));
  }, [keys, description, on]);
}

/** Listens for the whole page; once, in the shell. */
export function listenForHotkeys(): () => void {
  const pressed = (event: KeyboardEvent) => {
    const found = hotkeyFor(event, registry.get());
    if (!found || event.defaultPrevented || (isOccupied(event) && !found.keys.startsWith("mod+")))
      return;
    event.preventDefault();
    found.action();
  };
  addEventListener("keydown", pressed);
  return () => removeEventListener("keydown", pressed);
}

export function hotkeyFor(
  event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey">,
  known: readonly Hotkey[],
): Hotkey | undefined {
  if (event.altKey) return undefined;
  const mod = event.ctrlKey || event.metaKey ? "mod+" : "";
  const called = (name: string) => known.findLast((hotkey) => hotkey.keys === mod + name);
  // `G` may be a key of its own; else capitals do what the small letter does.
  return (
    called(event.key) ?? (event.key.length === 1 ? called(event.key.toLowerCase()) : undefined)
  );
}

const TYPING = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable=true]";

function isOccupied(event: KeyboardEvent): boolean {
  const target = event.target instanceof Element ? event.target : null;
  return !!target?.closest(TYPING) || document.querySelector("[aria-modal=true]") !== null;
}
