/** Opening the palette without loading it before, and without losing what is typed meanwhile. */
import { createSpotlight } from "@mantine/spotlight";

export const [paletteStore, palette] = createSpotlight();

let early = "";

/** Open it; letters typed before its field has the focus wait for `takeEarly`. */
export function openPalette(): void {
  if (paletteStore.getState().opened) return;
  early = "";
  addEventListener("keydown", keep, true);
  palette.open();
}

/** What was typed since; from now on the field hears by itself. */
export function takeEarly(): string {
  removeEventListener("keydown", keep, true);
  const typed = early;
  early = "";
  return typed;
}

function keep(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") {
    takeEarly();
    palette.close();
  } else if (event.key === "Backspace") {
    early = early.slice(0, -1);
  } else if (event.key.length === 1) {
    early += event.key;
  } else return;
  event.preventDefault();
  event.stopPropagation();
}
