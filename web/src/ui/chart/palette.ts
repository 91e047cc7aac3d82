/** Colours of lines that are told apart in both themes, and by people who see fewer colours. */
const LIGHT = [
  "#0b7a70",
  "#c2571a",
  "#1864c7",
  "#a3267c",
  "#7a6a00",
  "#5b4bc4",
  "#b3261e",
  "#3d6b1f",
];
const DARK = [
  "#41b3a7",
  "#f0995a",
  "#6db3ff",
  "#e882c6",
  "#d8c545",
  "#a99bff",
  "#ff8585",
  "#9ccf6b",
];

/** The colour of the nth line; lines beyond the eighth are dashed as well. */
export function colourOf(at: number, dark: boolean): string {
  const palette = dark ? DARK : LIGHT;
  return palette[at % palette.length] as string;
}

export function isDashed(at: number): boolean {
  return at >= LIGHT.length;
}
