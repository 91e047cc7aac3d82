/** Whether what is on screen follows what happens. */
import { Tooltip } from "@mantine/core";
import { type CSSProperties, useEffect, useState } from "react";
import { useConnection } from "#live/hooks";
import type { Connection } from "#live/socket";
import styles from "./Shell.module.css";

const WORDS = {
  connecting: { word: "Connecting", colour: "--status-pending" },
  live: { word: "Live", colour: "--status-completed" },
  lost: { word: "Reconnecting", colour: "--status-cancelled" },
};

export function ConnectionIndicator() {
  const connection = useConnection();
  const { word, colour } = WORDS[connection.status];
  return (
    <Tooltip label={explained(connection)}>
      <span className={styles.connection} role="status" data-connection={connection.status}>
        <span
          className={styles.dot}
          data-filled={connection.status === "live"}
          style={{ "--colour": `var(${colour})` } as CSSProperties}
        />
        <span className={styles.word}>
          {word}
          {connection.status === "lost" && ` · attempt ${connection.attempt}`}
        </span>
      </span>
    </Tooltip>
  );
}

function explained(connection: Connection): string {
  if (connection.status === "live") return `Live; server version ${connection.version}`;
  if (connection.status === "connecting") return "Connecting to the server";
  return `Connection lost; attempt ${connection.attempt} to reach the server`;
}

const GRACE_MS = 1500;

/** A line across the page once the connection has been gone for longer than a hiccup. */
export function ConnectionNotice() {
  const lost = useConnection().status === "lost";
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(lost), lost ? GRACE_MS : 0);
    return () => clearTimeout(timer);
  }, [lost]);
  if (!shown) return null;
  return (
    <div className={styles.lost} role="alert">
      The live connection is lost; reconnecting. Runs go on. What you see may be a few seconds old.
    </div>
  );
}
