/** Why a run failed; a trace is folded. */
import { Button } from "@mantine/core";
import { useState } from "react";
import { AnsiText } from "#ui/AnsiText";
import { toast } from "#ui/toast";
import { withoutAnsi } from "#util/ansi";
import styles from "./Run.module.css";

export function ErrorText({ error }: { error: string }) {
  const [open, setOpen] = useState(false);
  const [first = "", ...rest] = error.trim().split("\n");
  const copy = () =>
    navigator.clipboard.writeText(withoutAnsi(error)).then(
      () => toast.info("Error copied"),
      () => toast.error("The browser does not let this page write to the clipboard."),
    );
  return (
    <section className={styles.error} aria-label="Error">
      <div className={styles.line}>
        <span className={`mono ${styles.reason}`}>
          <AnsiText text={first} />
        </span>
        <span className={styles.acts}>
          {rest.length > 0 && (
            <Button
              size="compact-xs"
              variant="default"
              aria-expanded={open}
              onClick={() => setOpen(!open)}
            >
              {open ? "Hide trace" : "Show trace"}
            </Button>
          )}
          <Button size="compact-xs" variant="default" onClick={() => void copy()}>
            Copy
          </Button>
        </span>
      </div>
      {open && (
        <pre className={`mono ${styles.trace}`} tabIndex={0}>
          <AnsiText text={rest.join("\n").replace(/^\n+/, "")} />
        </pre>
      )}
    </section>
  );
}
