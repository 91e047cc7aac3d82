/** Name, description and configuration, in a plain form. */
import { Button, Group, Stack, Textarea, TextInput } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { messageOf, Problem } from "#api/problem";
import { JsonField, parsed } from "#forms/JsonField";

export type Filled = {
  name: string;
  description?: string | null;
  configuration: Record<string, unknown>;
};
type Props = {
  initial: Filled;
  children?: ReactNode;
  submitLabel: string;
  /** Throws what goes wrong, to be shown. */
  submit: (filled: Filled) => Promise<unknown>;
};

export function InstanceForm({ initial, children, submitLabel, submit }: Props) {
  const [name, setName] = useState(initial.name);
  const [description, setDescription] = useState(initial.description ?? "");
  const [text, setText] = useState(JSON.stringify(initial.configuration, null, 2));
  const [wrong, setWrong] = useState("");
  const send = async () => {
    setWrong("");
    try {
      await submit({ name, description: description || null, configuration: parsed(text) });
    } catch (error) {
      setWrong(explained(error));
    }
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <Stack gap="md" maw={720}>
        {children}
        <TextInput
          label="Name"
          required
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Textarea
          label="Description"
          value={description}
          onChange={(event) => setDescription(event.currentTarget.value)}
        />
        <JsonField text={text} onChange={setText} error={wrong} />
        <Group>
          <Button type="submit">{submitLabel}</Button>
        </Group>
      </Stack>
    </form>
  );
}

function explained(error: unknown): string {
  const values = error instanceof Problem ? error.errors : [];
  return values.map(({ path, message }) => `${path}: ${message}`).join("\n") || messageOf(error);
}
