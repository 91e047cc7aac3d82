/** A line of a form: the label and its help on the left, what is filled in and what is wrong on the right. */
import type { FocusEventHandler, ReactNode } from "react";
import styles from "./forms.module.css";

type Props = {
  /** Of the control. */
  id: string;
  label: string;
  /** What the label stands for, told where one points at it. */
  title?: string;
  required?: boolean;
  help?: string;
  problem?: string;
  /** Beside the label. */
  aside?: ReactNode;
  onBlur?: FocusEventHandler;
  children: ReactNode;
};

export function Labelled(props: Props) {
  const { id, label, title, required, help, problem, aside, onBlur, children } = props;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: blur bubbles, whatever part of the control is left
    <div className={styles.row} onBlur={onBlur}>
      <div className={styles.head}>
        <label htmlFor={id} title={title}>
          {label}
        </label>
        {required && <Star />}
        {aside}
        {help && (
          <p id={`${id}:help`} className={styles.help}>
            {help}
          </p>
        )}
      </div>
      <div className={styles.body}>
        {children}
        {problem && <Problem id={`${id}:problem`} text={problem} />}
      </div>
    </div>
  );
}

/** What names and judges the control of such a line. */
export function described({ id, required, help, problem }: Omit<Props, "children" | "label">) {
  return {
    id,
    "aria-required": required || undefined,
    "aria-invalid": problem ? true : undefined,
    "aria-describedby": problem ? `${id}:problem` : help ? `${id}:help` : undefined,
  };
}

export function Star() {
  return (
    <span className={styles.star} aria-hidden="true">
      *
    </span>
  );
}

export function Problem({ id, text }: { id?: string; text: string }) {
  if (!text) return null;
  return (
    <p id={id} className={styles.problem} data-problem tabIndex={-1}>
      {text}
    </p>
  );
}
