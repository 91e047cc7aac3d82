/** The list of keys that work here. */
import { Group, Kbd, Modal, Stack } from "@mantine/core";
import { useState, useSyncExternalStore } from "react";
import { type Hotkey, hotkeys, useHotkey } from "#ui/hotkeys";

const MAC = navigator.platform.startsWith("Mac");

export function KeysDialog() {
  const [opened, setOpened] = useState(false);
  const known = useSyncExternalStore(hotkeys.subscribe, hotkeys.get);
  useHotkey("?", "Show the keys", () => setOpened(true));
  return (
    <Modal opened={opened} onClose={() => setOpened(false)} title="Keys" size="sm" centered>
      <Stack gap={5}>
        {effective(known).map((hotkey) => (
          <Group key={hotkey.keys} justify="space-between">
            <span>{hotkey.description}</span>
            <Keys keys={hotkey.keys} />
          </Group>
        ))}
        <Always description="Open what has the focus" keys="Enter" />
        <Always description="Close dialogs" keys="Esc" />
      </Stack>
    </Modal>
  );
}

function Always({ description, keys }: Pick<Hotkey, "description" | "keys">) {
  return (
    <Group justify="space-between">
      <span>{description}</span>
      <Kbd>{keys}</Kbd>
    </Group>
  );
}

function effective(known: readonly Hotkey[]): Hotkey[] {
  return [...new Map(known.map((hotkey) => [hotkey.keys, hotkey])).values()];
}

function Keys({ keys }: { keys: string }) {
  const text = keys.replace("mod+", MAC ? "⌘ " : "Ctrl ");
  return <Kbd>{text}</Kbd>;
}
