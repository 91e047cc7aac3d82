/** Searching a value while one types, and going from place to place. */
import { useDebouncedValue } from "@mantine/hooks";
import { useEffect, useEffectEvent, useState } from "react";
import { messageOf } from "#api/problem";
import type { Json } from "#util/json";
import { type Place, search } from "./searching";

type Found = { places: Place[]; complete: boolean; value: Json; words: string };

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
  const [found, setFound] = useState<Found | null>(null);
  const [at, setAt] = useState(0);
  const [trouble, setTrouble] = useState<string | null>(null);

  const goTo = (result: Found, position: number) => {
    setAt(position);
    const place = result.places[position];
    if (place) show(place, result.value);
  };
  const look = useEffectEvent(async (signal: AbortSignal) => {
    const value = await takeWhole();
    if (value === undefined) throw new Error("Too large to be searched here: export it.");
    await search(
      value,
      wanted,
      (places, complete) => {
        const result = { places, complete, value, words: wanted };
        setFound(result);
        goTo(result, 0);
      },
      signal,
    );
  });
  useEffect(() => {
    setTrouble(null);
    if (wanted === "") return setFound(null);
    const looking = new AbortController();
    look(looking.signal).catch((problem) => setTrouble(messageOf(problem)));
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
