/** Finding a text in a value, a little at a time (`util/slices.ts`). */
import { type Json, kindOf, textOf } from "#util/json";

export type Place = (string | number)[];
export const MOST_PLACES = 10_000;
const AT_ONCE = 500;

type Frame = { place: Place; value: Json };
export type Found = { places: Place[]; complete: boolean };

/** Places whose key or text contains some words, in the order of the value; yields now and then. */
export function* placesWith(value: Json, words: string): Generator<undefined, Found> {
  const wanted = words.toLowerCase();
  const waiting: Frame[] = [{ place: [], value }];
  const places: Place[] = [];
  for (let looked = 1; waiting.length > 0; looked += 1) {
    const frame = waiting.pop() as Frame;
    if (matches(frame, wanted)) places.push(frame.place);
    if (places.length === MOST_PLACES) return { places, complete: waiting.length === 0 };
    for (const inner of inside(frame)) waiting.push(inner);
    if (looked % AT_ONCE === 0) yield;
  }
  return { places, complete: true };
}

function matches({ place, value }: Frame, wanted: string): boolean {
  const key = place[place.length - 1];
  if (typeof key === "string" && key.toLowerCase().includes(wanted)) return true;
  const kind = kindOf(value);
  return kind !== "object" && kind !== "array" && textOf(value).toLowerCase().includes(wanted);
}

function inside({ place, value }: Frame): Frame[] {
  const kind = kindOf(value);
  if (kind === "array") {
    return (value as Json[])
      .map((inner, at) => ({ place: [...place, at], value: inner }))
      .reverse();
  }
  if (kind !== "object") return [];
  return Object.entries(value as Record<string, Json>)
    .map(([key, inner]) => ({ place: [...place, key], value: inner }))
    .reverse();
}
