/** Text of a program, with its colours; never markup. */
import type { CSSProperties } from "react";
import { type AnsiStyle, ansiParts } from "#util/ansi";

export function AnsiText({ text }: { text: string }) {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for
  if (!/[\u0000-\u0008\u000b-\u001f\u007f]/.test(text)) return text;
  return ansiParts(text).map(({ text: piece, style }, at) => (
    <span key={at} style={css(style)}>
      {piece}
    </span>
  ));
}

function css(style: AnsiStyle): CSSProperties {
  return {
    color: colour(style.colour),
    background: colour(style.background),
    fontWeight: style.bold ? 700 : undefined,
    opacity: style.faint ? 0.7 : undefined,
    fontStyle: style.italic ? "italic" : undefined,
    textDecoration: style.underline ? "underline" : undefined,
  };
}

function colour(value: number | string | undefined): string | undefined {
  return typeof value === "number" ? `var(--ansi-${value})` : value;
}
