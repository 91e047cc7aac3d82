/** What else can be done with an instance; the menu is made when it is first asked for. */
import { Menu } from "@mantine/core";
import { IconDots } from "@tabler/icons-react";
import { useRef, useState } from "react";
import type { InstanceInList } from "#api/instances";
import { useDeleteInstance } from "#components/actions";
import { MenuLink } from "#ui/links";
import styles from "./Dashboard.module.css";

export function More({ instance }: { instance: InstanceInList }) {
  const [wanted, setWanted] = useState(false);
  const [opened, setOpened] = useState(false);
  const wasOpen = useRef(false);
  const button = useRef<HTMLButtonElement>(null);
  const change = (open: boolean) => {
    setOpened(open);
    if (!open) button.current?.focus({ preventScroll: true });
  };
  return (
    <span className={styles.more}>
      <button
        ref={button}
        type="button"
        className={styles.icon}
        aria-label={`More about ${instance.name}`}
        aria-haspopup="menu"
        aria-expanded={opened}
        // Pressing it closes the menu as pressing anywhere else does, so it must not open again.
        onPointerDown={() => {
          wasOpen.current = opened;
        }}
        onClick={() => {
          setWanted(true);
          setOpened(!wasOpen.current);
          wasOpen.current = false;
        }}
      >
        <IconDots size={15} aria-hidden />
      </button>
      {wanted && <Choices instance={instance} opened={opened} change={change} />}
    </span>
  );
}

type Props = { instance: InstanceInList; opened: boolean; change: (opened: boolean) => void };

function Choices({ instance, opened, change }: Props) {
  const { remove } = useDeleteInstance();
  const { id, stats } = instance;
  return (
    <Menu position="bottom-end" opened={opened} onChange={change}>
      <Menu.Target>
        <span className={styles.anchor} aria-hidden="true" />
      </Menu.Target>
      <Menu.Dropdown>
        <MenuLink to="/experiments/$id" params={{ id }}>
          Details
        </MenuLink>
        <MenuLink to="/experiments/$id/edit" params={{ id }}>
          Edit
        </MenuLink>
        <MenuLink to="/experiments/new" search={{ clone: id }}>
          Clone
        </MenuLink>
        <Menu.Divider />
        <Menu.Item
          color="var(--status-failed)"
          onClick={() => void remove(instance, stats.run_count)}
        >
          Delete
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
