/** One line; opened, all of it with its metadata. */
import { Button } from "@mantine/core";
import { IconChevronRight } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { memo } from "react";
import { logsQuery } from "#api/logs";
import { AnsiText } from "#ui/AnsiText";
import { toast } from "#ui/toast";
import { withoutAnsi } from "#util/ansi";
import { clockMs, plural, sinceStart } from "#util/format";
import styles from "./Logs.module.css";
import type { Line } from "./logBook";

type Props = {
  runId: string;
  line: Line | undefined;
  /** Times are shown since then; null as the clock shows them. */
  start: string | null;
  wrap: boolean;
  marked: boolean;
  open: boolean;
  onToggle: (line: number) => void;
};

/** So much of a message is put into a row that shows one line. */
const MOST_SHOWN = 2000;

export const LogRow = memo(function LogRow(props: Props) {
  const { runId, line, start, wrap, marked, open, onToggle } = props;
  if (line === undefined) return <li className={styles.row} data-waiting />;
  const { timestamp, level, message } = line;
  const text = open ? message : message.slice(0, MOST_SHOWN);
  const [first, hidden] = open || wrap ? [text, 0] : folded(text);
  return (
    <li
      className={styles.row}
      data-level={level}
      data-marked={marked || undefined}
      data-open={open || undefined}
    >
      <div className={styles.head}>
        <button
          type="button"
          className={styles.toggle}
          aria-label={`Details of line ${line.line}`}
          aria-expanded={open}
          data-more={line.metadata !== null || line.cut || hidden > 0 || undefined}
          onClick={() => onToggle(line.line)}
        >
          <IconChevronRight size={12} aria-hidden />
        </button>
        <a
          href={`?line=${line.line}`}
          data-line={line.line}
          className={styles.number}
          aria-label={`Line ${line.line}`}
        >
          {line.line}
        </a>
        <time className={styles.time} dateTime={timestamp}>
          {start === null ? clockMs(timestamp) : sinceStart(timestamp, start)}
        </time>
        <span className={styles.word}>{level}</span>
        {/* biome-ignore lint/a11y/noStaticElementInteractions: the button before does the same */}
        {/* biome-ignore lint/a11y/useKeyWithClickEvents: the button before does the same */}
        <span className={styles.message} onClick={() => selected() || onToggle(line.line)}>
          <AnsiText text={first} />
          {hidden > 0 && !open && (
            <span className={styles.summary}> ↵ {plural(hidden, "more line")}</span>
          )}
          {line.metadata && !open && (
            <span className={styles.summary}> {JSON.stringify(line.metadata).slice(0, 300)}</span>
          )}
        </span>
      </div>
      {open && <Details runId={runId} line={line} />}
    </li>
  );
});

/** The first line that says something, and how many lines there are besides. */
function folded(message: string): [string, number] {
  const lines = message.trimEnd().split("\n");
  const first = lines.find((line) => line.trim() !== "") ?? "";
  return [first, lines.length - 1];
}

/** Who marks text to copy does not want to open the line. */
function selected(): boolean {
  return !(getSelection()?.isCollapsed ?? true);
}

function Details({ runId, line }: { runId: string; line: Line }) {
  const whole = useQuery({
    ...logsQuery(runId, { after_line: line.line - 1, limit: 1 }),
    enabled: line.cut === true,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const { message, metadata } = whole.data?.items[0] ?? line;
  const link = () => {
    const url = new URL(location.href);
    url.search = `?line=${line.line}`;
    void copy(url.href, "Link copied");
  };
  return (
    <div className={styles.details}>
      {line.cut && <pre className={styles.json}>{withoutAnsi(message)}</pre>}
      {metadata && <pre className={styles.json}>{JSON.stringify(metadata, null, 2)}</pre>}
      <div className={styles.acts}>
        <Button
          size="compact-xs"
          variant="default"
          onClick={() => void copy(withoutAnsi(message), "Message copied")}
        >
          Copy message
        </Button>
        {metadata && (
          <Button
            size="compact-xs"
            variant="default"
            onClick={() => void copy(JSON.stringify(metadata, null, 2), "Metadata copied")}
          >
            Copy metadata
          </Button>
        )}
        <Button size="compact-xs" variant="default" onClick={link}>
          Copy link
        </Button>
      </div>
    </div>
  );
}

async function copy(text: string, told: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toast.info(told);
  } catch {
    toast.error("The browser does not let this page write to the clipboard.", "Not copied");
  }
}
