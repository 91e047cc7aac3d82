/** Numbers as they are typed. */

import { integerOf } from "#util/json";

type Value = number | bigint;

/** The number that a text says; the text itself when it is none, so that it can be called wrong. */
export function typedNumber(text: string, integer: boolean): Value | string {
  const plain = text.trim().replaceAll("_", "");
  const value = Number(plain);
  const usual = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain);
  if (!usual || !Number.isFinite(value)) return text;
  if (!integer || !Number.isInteger(value) || Number.isSafeInteger(value)) return value;
  // Beyond 2^53 a number would be another than the one that was typed.
  const whole = integerOf(plain.replace("+", ""));
  return typeof whole === "bigint" ? whole : text;
}

/** The next value up or down, without the noise of binary fractions. */
export function stepped(
  from: Value,
  by: number,
  lowest: Value = Number.NEGATIVE_INFINITY,
  highest: Value = Number.POSITIVE_INFINITY,
): Value {
  const next =
    typeof from === "bigint" ? from + BigInt(Math.round(by)) : Number((from + by).toPrecision(12));
  if (next < lowest) return lowest;
  return next > highest ? highest : next;
}
