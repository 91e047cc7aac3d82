/** A question before what cannot be undone: `if (await confirm({…})) …` */
import { Button, Group, Modal, Text } from "@mantine/core";
import { useSyncExternalStore } from "react";
import { Store } from "#util/store";

type Question = { title: string; message: string; yes: string; no?: string; danger?: boolean };
type Open = Question & { answer: (yes: boolean) => void };

const asked = new Store<Open | null>(null);

export function confirm(question: Question): Promise<boolean> {
  asked.get()?.answer(false);
  return new Promise((resolve) => {
    const answer = (yes: boolean) => {
      asked.set(null);
      resolve(yes);
    };
    asked.set({ ...question, answer });
  });
}

/** Stands once, in the shell. */
export function ConfirmHost() {
  const open = useSyncExternalStore(asked.subscribe, asked.get);
  const answer = open?.answer ?? (() => {});
  return (
    <Modal
      opened={open !== null}
      onClose={() => answer(false)}
      title={open?.title}
      size="sm"
      centered
    >
      <Text size="sm">{open?.message}</Text>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={() => answer(false)}>
          {open?.no ?? "Keep it"}
        </Button>
        <Button
          color={open?.danger ? "red.8" : undefined}
          data-autofocus
          onClick={() => answer(true)}
        >
          {open?.yes}
        </Button>
      </Group>
    </Modal>
  );
}
