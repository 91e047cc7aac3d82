/** Numbers as they are typed. */

/** The number that a text says; the text itself when it is none, so that it can be called wrong. */
export function typedNumber(text: string, integer: boolean): number | string {
  const plain = text.trim().replaceAll("_", "");
  const value = Number(plain);
  const usual = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain);
  if (!usual || !Number.isFinite(value)) return text;
  // Beyond 2^53 the browser would store another number than the one that was typed.
  return integer && Number.isInteger(value) && !Number.isSafeInteger(value) ? text : value;
}

/** The next value up or down, without the noise of binary fractions. */
export function stepped(from: number, by: number, lowest = -Infinity, highest = Infinity): number {
  const next = Number((from + by).toPrecision(12));
  return Math.min(highest, Math.max(lowest, next));
}
