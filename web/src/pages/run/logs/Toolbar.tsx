/** What of the log is shown and how: levels, text, times; and the ways through it. */
import { ActionIcon, Menu, TextInput, Tooltip } from "@mantine/core";
import {
  type Icon,
  IconAlertCircle,
  IconArrowBarToDown,
  IconChevronDown,
  IconChevronUp,
  IconClock,
  IconDownload,
  IconHash,
  IconSearch,
  IconTextWrap,
} from "@tabler/icons-react";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { exportUrl, LEVELS, type Level } from "#api/logs";
import type { RunDetails } from "#api/runs";
import { useRunFact } from "#live/hooks";
import { useHotkey } from "#ui/hotkeys";
import { count } from "#util/format";
import styles from "./Logs.module.css";
import type { Look } from "./look";
import { type Jumps, useCounts } from "./rows";

type Props = {
  run: RunDetails;
  levels: Level[] | undefined;
  text: string;
  look: Look;
  following: boolean;
  jumps: Jumps;
  onLevels: (levels: Level[] | undefined) => void;
  onText: (text: string) => void;
  onLook: (look: Look) => void;
  onFollow: () => void;
  onLine: (line: number) => void;
};

export function Toolbar(props: Props) {
  const { run, look, following, onLook } = props;
  return (
    <div className={styles.toolbar} role="toolbar" aria-label="Log">
      <Levels {...props} />
      <TextFilter text={props.text} onText={props.onText} />
      <LineInput onLine={props.onLine} />
      <Errors {...props} />
      <div className={styles.buttons}>
        <Act
          Shape={IconClock}
          label="Times since the start"
          pressed={look.relative}
          onClick={() => onLook({ ...look, relative: !look.relative })}
        />
        <Act
          Shape={IconTextWrap}
          label="Wrap long lines"
          pressed={look.wrap}
          onClick={() => onLook({ ...look, wrap: !look.wrap })}
        />
        <Act
          Shape={IconArrowBarToDown}
          label="Follow (G)"
          pressed={following}
          onClick={props.onFollow}
        />
        <Download runId={run.id} />
      </div>
    </div>
  );
}

function Errors({ run, jumps }: Pick<Props, "run" | "jumps">) {
  const told = useRunFact(run.id, (state) => (state.logCounts?.error ?? 0) > 0);
  const off = !told && run.log_counts.error === 0;
  return (
    <div className={styles.buttons}>
      <Act Shape={IconAlertCircle} label="First error" onClick={jumps.first} off={off} />
      <Act Shape={IconChevronUp} label="Error before (E)" onClick={jumps.previous} off={off} />
      <Act Shape={IconChevronDown} label="Next error (e)" onClick={jumps.next} off={off} />
    </div>
  );
}

function Levels({ run, levels, onLevels }: Pick<Props, "run" | "levels" | "onLevels">) {
  const counts = useCounts(run);
  const chosen = levels ?? LEVELS;
  const toggle = (level: Level) => {
    const next = LEVELS.filter((one) => (one === level) !== chosen.includes(one));
    onLevels(next.length === 0 || next.length === LEVELS.length ? undefined : next);
  };
  return (
    <div className={styles.levels} role="group" aria-label="Levels">
      {LEVELS.map((level) => (
        <button
          key={level}
          type="button"
          className={styles.level}
          data-level={level}
          aria-pressed={chosen.includes(level)}
          onClick={() => toggle(level)}
          onDoubleClick={() => onLevels([level])}
        >
          {level} <span className="number">{count(counts[level])}</span>
        </button>
      ))}
    </div>
  );
}

const TYPED_MS = 250;

function TextFilter({ text, onText }: Pick<Props, "text" | "onText">) {
  const field = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState(text);
  useEffect(() => setTyped(text), [text]);
  useEffect(() => {
    if (typed === text) return;
    const timer = setTimeout(() => onText(typed), TYPED_MS);
    return () => clearTimeout(timer);
  }, [typed, text, onText]);
  useHotkey("/", "Filter the log", () => field.current?.focus());
  const left = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key !== "Escape") return;
    setTyped("");
    field.current?.blur();
  };
  return (
    <TextInput
      ref={field}
      className={styles.filter}
      aria-label="Filter by text"
      placeholder="Filter by text"
      leftSection={<IconSearch size={14} aria-hidden />}
      value={typed}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onKeyDown={left}
    />
  );
}

function LineInput({ onLine }: Pick<Props, "onLine">) {
  const field = useRef<HTMLInputElement>(null);
  useHotkey("g", "Go to a line", () => field.current?.focus());
  const typed = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === "Escape") field.current?.blur();
    if (event.key !== "Enter") return;
    const line = Number.parseInt(event.currentTarget.value.replace(/\D/g, ""), 10);
    if (line > 0) onLine(line);
    event.currentTarget.value = "";
    field.current?.blur();
  };
  return (
    <TextInput
      ref={field}
      className={styles.line}
      aria-label="Go to line"
      placeholder="Line"
      inputMode="numeric"
      leftSection={<IconHash size={13} aria-hidden />}
      onKeyDown={typed}
    />
  );
}

type ActProps = {
  Shape: Icon;
  label: string;
  onClick: () => void;
  pressed?: boolean;
  off?: boolean;
};

function Act({ Shape, label, onClick, pressed, off = false }: ActProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon
        variant={pressed ? "light" : "subtle"}
        color={pressed ? undefined : "gray"}
        aria-label={label.replace(/ \(.\)$/, "")}
        aria-pressed={pressed}
        disabled={off}
        onClick={onClick}
      >
        <Shape size={16} />
      </ActionIcon>
    </Tooltip>
  );
}

function Download({ runId }: { runId: string }) {
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label="Download">
          <IconDownload size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Logs and results</Menu.Label>
        <Menu.Item component="a" href={exportUrl(runId, "ndjson", true)} download>
          NDJSON, an object a line
        </Menu.Item>
        <Menu.Item component="a" href={exportUrl(runId, "json", true)} download>
          JSON
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
