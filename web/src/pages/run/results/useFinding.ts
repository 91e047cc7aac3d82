/** Searching a value while one types, and going from place to place. */
import { useDebouncedValue } from "@mantine/hooks";
import { useEffect, useEffectEvent, useState } from "react";
import { messageOf } from "#api/problem";
import type { Json } from "#util/json";
import { pausing } from "#util/slices";
import { type Found, type Place, placesWith } from "./searching";

type Known = Found & { value: Json; words: string };

export type Finding = {
  words: string;
  setWords: (words: string) => void;
  count: number;
  complete: boolean;
  at: number;
  go: (step: number) => void;
  busy: boolean;
  trouble: string | null;
};

export function useFinding(
  takeWhole: () => Promise<Json | undefined>,
  show: (place: Place, value: Json) => void,
): Finding & { place: Place | undefined } {
  const [words, setWords] = useState("");
  const [wanted] = useDebouncedValue(words.trim(), 150);
  const [found, setFound] = useState<Known | null>(null);
  const [at, setAt] = useState(0);
  const [trouble, setTrouble] = useState<string | null>(null);

  const goTo = (result: Known, position: number) => {
    setAt(position);
    const place = result.places[position];
    if (place) show(place, result.value);
  };
  const look = useEffectEvent(async (signal: AbortSignal) => {
    const value = await takeWhole();
    if (value === undefined) throw new Error("Too large to be searched here: export it.");
    const result = await pausing(placesWith(value, wanted), signal);
    const known = { ...result, value, words: wanted };
    setFound(known);
    goTo(known, 0);
  });
  useEffect(() => {
    setTrouble(null);
    if (wanted === "") return setFound(null);
    const looking = new AbortController();
    look(looking.signal).catch((problem) => {
      if (!looking.signal.aborted) setTrouble(messageOf(problem));
    });
    return () => looking.abort();
  }, [wanted]);

  const places = found?.places ?? [];
  return {
    words,
    setWords,
    count: places.length,
    complete: found?.complete ?? true,
    at,
    go: (step) => {
      if (found && places.length > 0) goTo(found, (at + step + places.length) % places.length);
    },
    busy: words.trim() !== (found?.words ?? "") && trouble === null,
    trouble,
    place: places[at],
  };
}
