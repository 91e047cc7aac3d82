/** The uncommitted changes; folded, since they can be long. */
import { Button } from "@mantine/core";
import { useState } from "react";
import { plural } from "#util/format";
import styles from "./Details.module.css";

const MOST_LINES = 3000;

export function Code({ diff }: { diff: string }) {
  const [open, setOpen] = useState(false);
  const lines = diff.split("\n");
  return (
    <div className={styles.code}>
      <Button
        size="compact-xs"
        variant="default"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        {open ? "Hide" : "Show"} the diff, {plural(lines.length, "line")}
      </Button>
      {open && (
        <pre className={`mono ${styles.diff}`} tabIndex={0}>
          {lines.slice(0, MOST_LINES).map((line, at) => (
            <div key={at} data-kind={kindOf(line)}>
              {line || " "}
            </div>
          ))}
        </pre>
      )}
    </div>
  );
}

function kindOf(line: string): string | undefined {
  if (/^(\+\+\+|---|diff |index )/.test(line)) return "file";
  if (line.startsWith("@@")) return "place";
  if (line.startsWith("+")) return "more";
  return line.startsWith("-") ? "less" : undefined;
}
