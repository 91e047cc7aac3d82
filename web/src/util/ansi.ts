/** Text with the colours that terminals know; everything else that steers a terminal is left out. */

export type AnsiStyle = {
  /** 0 to 15, or a CSS colour. */
  colour?: number | string;
  background?: number | string;
  bold?: boolean;
  faint?: boolean;
  italic?: boolean;
  underline?: boolean;
};
export type AnsiPart = { text: string; style: AnsiStyle };

const ESC = "\u001b";
// CSI … final byte, OSC … BEL or ST, other two-byte escapes, and control characters but tab and newline.
const SEQUENCE = new RegExp(
  `${ESC}\\[([0-9;:]*)m|${ESC}\\[[0-?]*[ -/]*[@-~]|${ESC}\\][^\\u0007${ESC}]*(?:\\u0007|${ESC}\\\\)?|${ESC}[ -/]*[0-~]?|[\\u0000-\\u0008\\u000b-\\u001f\\u007f]`,
  "g",
);

/** Parts of a text, each with its style; one part without style for a plain text. */
export function ansiParts(text: string): AnsiPart[] {
  const clean = text.includes("\r") ? overwritten(text) : text;
  const parts: AnsiPart[] = [];
  let style: AnsiStyle = {};
  let from = 0;
  const add = (piece: string) => piece !== "" && parts.push({ text: piece, style });
  for (const found of clean.matchAll(SEQUENCE)) {
    add(clean.slice(from, found.index));
    from = found.index + found[0].length;
    if (found[1] !== undefined) style = styled(style, found[1]);
  }
  add(clean.slice(from));
  return parts;
}

export function withoutAnsi(text: string): string {
  return ansiParts(text)
    .map((part) => part.text)
    .join("");
}

/** What a terminal would show in the end: each line as its last rewriting. */
function overwritten(text: string): string {
  return text
    .split("\n")
    .map((line) => line.replace(/\r+$/, "").split("\r").at(-1))
    .join("\n");
}

function styled(before: AnsiStyle, codes: string): AnsiStyle {
  const numbers = codes.split(/[;:]/).map(Number);
  let style = { ...before };
  for (let at = 0; at < numbers.length; at += 1) {
    const code = numbers[at] ?? 0;
    if (code === 38 || code === 48) {
      const [colour, used] = extended(numbers.slice(at + 1));
      style = { ...style, [code === 38 ? "colour" : "background"]: colour };
      at += used;
    } else style = simple(style, code);
  }
  return style;
}

function simple(style: AnsiStyle, code: number): AnsiStyle {
  if (code === 0) return {};
  if (code === 1) return { ...style, bold: true };
  if (code === 2) return { ...style, faint: true };
  if (code === 3) return { ...style, italic: true };
  if (code === 4) return { ...style, underline: true };
  if (code === 22) return { ...style, bold: undefined, faint: undefined };
  if (code === 23) return { ...style, italic: undefined };
  if (code === 24) return { ...style, underline: undefined };
  if (code === 39) return { ...style, colour: undefined };
  if (code === 49) return { ...style, background: undefined };
  if (code >= 30 && code <= 37) return { ...style, colour: code - 30 };
  if (code >= 90 && code <= 97) return { ...style, colour: code - 82 };
  if (code >= 40 && code <= 47) return { ...style, background: code - 40 };
  if (code >= 100 && code <= 107) return { ...style, background: code - 92 };
  return style;
}

/** After 38 or 48: `5;N` or `2;R;G;B`; the colour and how many numbers it took. */
function extended([kind, ...rest]: number[]): [number | string | undefined, number] {
  if (kind === 2) return [`rgb(${rest.slice(0, 3).map(byte).join(" ")})`, 4];
  if (kind === 5) return [indexed(byte(rest[0])), 2];
  return [undefined, 0];
}

function byte(value: number | undefined): number {
  return Math.min(255, Math.max(0, Math.floor(value || 0)));
}

function indexed(index: number): number | string {
  if (index < 16) return index;
  if (index > 231)
    return `rgb(${Array(3)
      .fill(8 + (index - 232) * 10)
      .join(" ")})`;
  const step = (n: number) => (n === 0 ? 0 : 55 + n * 40);
  const cube = index - 16;
  return `rgb(${[Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map(step).join(" ")})`;
}
