/** Why a run failed; a trace is folded. */
import { Button } from "@mantine/core";
import { useRef, useState } from "react";
import { AnsiText } from "#ui/AnsiText";
import { toast } from "#ui/toast";
import { useIsCut } from "#ui/useIsCut";
import { withoutAnsi } from "#util/ansi";
import styles from "./Run.module.css";

export function ErrorText({ error }: { error: string }) {
  const [open, setOpen] = useState(false);
  const reason = useRef<HTMLSpanElement>(null);
  const isCut = useIsCut(reason);
  const [first = "", ...rest] = error.trim().split("\n");
  const what = error.includes("Traceback (most recent call last)") ? "trace" : "all";
  const copy = () =>
    navigator.clipboard.writeText(withoutAnsi(error)).then(
      () => toast.info("Error copied"),
      () => toast.error("The browser does not let this page write to the clipboard."),
    );
  return (
    <section className={styles.error} aria-label="Error" data-open={open || undefined}>
      <div className={styles.line}>
        <span ref={reason} className={`mono ${styles.reason}`}>
          <AnsiText text={first} />
        </span>
        <span className={styles.acts}>
          {(rest.length > 0 || isCut || open) && (
            <Button
              size="compact-xs"
              variant="default"
              aria-expanded={open}
              onClick={() => setOpen(!open)}
            >
              {open ? (what === "all" ? "Show less" : "Hide trace") : `Show ${what}`}
            </Button>
          )}
          <Button size="compact-xs" variant="default" onClick={() => void copy()}>
            Copy
          </Button>
        </span>
      </div>
      {open && rest.length > 0 && (
        <pre className={`mono ${styles.trace}`} tabIndex={0}>
          <AnsiText text={rest.join("\n").replace(/^\n+/, "")} />
        </pre>
      )}
    </section>
  );
}
