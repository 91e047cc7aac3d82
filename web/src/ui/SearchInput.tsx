/** A text to search for: told a moment after the last letter; `/` goes there, Escape empties it. */
import { TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useEffect, useEffectEvent, useRef, useState } from "react";
import { useHotkey } from "./hotkeys";

const PAUSE_MS = 180;

type Props = { label: string; value: string; search: (text: string) => void };

export function SearchInput({ label, value, search }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(value);
  const [told, setTold] = useState(value);
  if (told !== value) {
    setTold(value);
    if (value !== text.trim()) setText(value);
  }
  const tell = useEffectEvent(() => search(text.trim()));
  useEffect(() => {
    if (text.trim() === value) return;
    const timer = setTimeout(() => tell(), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, value]);
  useHotkey("/", label, () => input.current?.focus());
  return (
    <TextInput
      ref={input}
      type="search"
      aria-label={label}
      placeholder={label}
      leftSection={<IconSearch size={14} aria-hidden />}
      value={text}
      onChange={({ currentTarget }) => setText(currentTarget.value)}
      onKeyDown={({ key }) => {
        if (key !== "Escape") return;
        setText("");
        input.current?.blur();
      }}
    />
  );
}
