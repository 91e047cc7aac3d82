/** A configuration as JSON text: the plain form of the form. */
import { Textarea } from "@mantine/core";

type Configuration = Record<string, unknown>;
type Props = { text: string; onChange: (text: string) => void; error?: string };

export function JsonField({ text, onChange, error }: Props) {
  return (
    <Textarea
      label="Configuration"
      description="JSON"
      autosize
      minRows={8}
      maxRows={30}
      spellCheck={false}
      classNames={{ input: "mono" }}
      value={text}
      error={error}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

/** The object that a text says; throws a sentence when it says none. */
export function parsed(text: string): Configuration {
  const value: unknown = JSON.parse(text);
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return value as Configuration;
  throw new Error("Expected an object: { … }");
}
