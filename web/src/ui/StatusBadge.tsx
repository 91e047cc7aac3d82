/** The status of a run: a colour, a shape and a word. */
import { IconBan, IconCheck, IconCircleDashed, IconCircleFilled, IconX } from "@tabler/icons-react";
import type { CSSProperties } from "react";
import type { Status } from "#util/status";
import styles from "./StatusBadge.module.css";

const SHAPES = {
  pending: IconCircleDashed,
  running: IconCircleFilled,
  completed: IconCheck,
  failed: IconX,
  cancelled: IconBan,
};

type Props = {
  status: Status;
  /** What it says instead: `cancelling`, `finishing`, `queued 3`. */
  label?: string;
};

export function StatusBadge({ status, label = status }: Props) {
  const Shape = SHAPES[status];
  const colour = { "--colour": `var(--status-${status})` } as CSSProperties;
  const running = status === "running";
  return (
    <span className={styles.badge} style={colour} data-status={status}>
      <Shape
        size={running ? 9 : 13}
        stroke={2.2}
        aria-hidden
        className={running ? styles.pulse : undefined}
      />
      {label}
    </span>
  );
}
