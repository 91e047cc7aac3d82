/** The uncommitted changes; folded, since they can be long. */
import { Button } from "@mantine/core";
import { useState } from "react";
import { count, plural } from "#util/format";
import styles from "./Details.module.css";

const MOST_LINES = 3000;

export function Code({ diff, isCut }: { diff: string; isCut: boolean }) {
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
      {open && <Rest lines={lines.length} isCut={isCut} />}
    </div>
  );
}

/** What is not in the picture. */
function Rest({ lines, isCut }: { lines: number; isCut: boolean }) {
  const unseen =
    lines > MOST_LINES ? `The first ${count(MOST_LINES)} lines; the API has more. ` : "";
  const unknown = isCut ? "The diff was longer: the rest is not recorded." : "";
  return unseen || unknown ? <p className="dim">{unseen + unknown}</p> : null;
}

function kindOf(line: string): string | undefined {
  if (/^(\+\+\+|---|diff |index )/.test(line)) return "file";
  if (line.startsWith("@@")) return "place";
  if (line.startsWith("+")) return "more";
  return line.startsWith("-") ? "less" : undefined;
}
