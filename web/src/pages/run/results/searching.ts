/** Finding a text in a value, a little at a time so that the page stays quick. */
import { type Json, kindOf, textOf } from "#util/json";

export type Place = (string | number)[];
export const MOST_PLACES = 10_000;
const AT_ONCE = 500;

type Frame = { place: Place; value: Json };

/** Places whose key or text contains some words, in the order of the value; pauses between. */
export function* placesWith(value: Json, words: string): Generator<Place[]> {
  const wanted = words.toLowerCase();
  const waiting: Frame[] = [{ place: [], value }];
  let found: Place[] = [];
  for (let looked = 1; waiting.length > 0; looked += 1) {
    const frame = waiting.pop() as Frame;
    if (matches(frame, wanted)) found.push(frame.place);
    for (const inner of inside(frame)) waiting.push(inner);
    if (looked % AT_ONCE === 0) {
      yield found;
      found = [];
    }
  }
  yield found;
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

const SLICE_MS = 8;

/** Search in slices of a few milliseconds; tells what it has so far, stops when `signal` says so. */
export async function search(
  value: Json,
  words: string,
  tell: (places: Place[], complete: boolean) => void,
  signal: AbortSignal,
): Promise<void> {
  const places: Place[] = [];
  let begun = performance.now();
  for (const some of placesWith(value, words)) {
    for (const place of some) places.push(place);
    if (places.length >= MOST_PLACES) break;
    if (performance.now() - begun < SLICE_MS) continue;
    await new Promise((resume) => setTimeout(resume));
    if (signal.aborted) return;
    begun = performance.now();
  }
  tell(places.slice(0, MOST_PLACES), places.length < MOST_PLACES);
}
