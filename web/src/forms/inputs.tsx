/** One control a kind of value. They are the browser's own: a form may have a thousand of them. */
import { type ComponentPropsWithoutRef, type KeyboardEvent, useState } from "react";
import {
  choiceLabel,
  initialValue,
  type Plain,
  plain,
  variantLabel,
  variantOf,
} from "#util/configSchema";
import { isNumber, parse } from "#util/json";
import { same } from "#util/place";
import { useForm } from "./form";
import styles from "./forms.module.css";
import { stepped, typedNumber } from "./numbers";

/** What a control needs to be named and judged by those who cannot see it. */
export type Described = {
  id: string;
  "aria-label"?: string;
  "aria-describedby"?: string;
  "aria-invalid"?: boolean;
  "aria-required"?: boolean;
};
export type ControlProps = {
  field: Plain;
  value: unknown;
  /** The default, shown where nothing is typed. */
  usual?: unknown;
  change: (next: unknown) => void;
  described: Described;
};

export function Control(props: ControlProps) {
  switch (props.field.kind) {
    case "fixed":
      return <output className={`mono ${styles.fixed}`}>{String(props.field.const)}</output>;
    case "choice":
      return <ChoiceControl {...props} />;
    case "boolean":
      return <BooleanControl {...props} />;
    case "integer":
    case "number":
      return <NumberControl {...props} />;
    case "text":
      return <TextControl {...props} />;
    case "union":
      return <UnionControl {...props} />;
    default:
      return <AnyControl {...props} />;
  }
}

function shownNumber(value: unknown): string {
  return value === null || value === undefined ? "" : String(value);
}

function asNumber(value: number | bigint | undefined): number | undefined {
  return value === undefined ? undefined : Number(value);
}

/** A line of text. */
export function TextInput(props: ComponentPropsWithoutRef<"input">) {
  return <input autoComplete="off" className={styles.input} {...props} />;
}

/** Several lines of text. */
export function TextArea(props: ComponentPropsWithoutRef<"textarea">) {
  return <textarea className={`${styles.input} ${styles.area}`} {...props} />;
}

function NumberControl({ field, value, usual, change, described }: ControlProps) {
  const [typed, setTyped] = useState(() => shownNumber(value));
  const integer = field.kind === "integer";
  const none = field.nullable ? null : undefined;
  const read = (text: string) => (text.trim() === "" ? none : typedNumber(text, integer));
  // What was typed stays as it is (`1.0`, `1e-4`) as long as it means the value.
  const text = same(read(typed) ?? null, value ?? null) ? typed : shownNumber(value);
  const put = (next: string) => {
    setTyped(next);
    change(read(next));
  };
  const by = field.step ?? field.multipleOf ?? (integer ? 1 : 0.1);
  const onKeyDown = (event: KeyboardEvent) => {
    const way = { ArrowUp: by, ArrowDown: -by }[event.key];
    if (!way || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const from = isNumber(value) ? value : Number(usual ?? field.minimum ?? 0);
    put(String(stepped(from, way * (event.shiftKey ? 10 : 1), field.minimum, field.maximum)));
  };
  return (
    <input
      {...described}
      className={`${styles.input} ${styles.number}`}
      role="spinbutton"
      inputMode={integer ? "numeric" : "decimal"}
      autoComplete="off"
      aria-valuenow={isNumber(value) ? Number(value) : undefined}
      aria-valuemin={asNumber(field.minimum)}
      aria-valuemax={asNumber(field.maximum)}
      min={shownNumber(field.minimum) || undefined}
      max={shownNumber(field.maximum) || undefined}
      step={by}
      placeholder={shownNumber(usual)}
      value={text}
      onKeyDown={onKeyDown}
      onChange={(event) => put(event.currentTarget.value)}
    />
  );
}

const TYPES: Record<string, string> = {
  email: "email",
  url: "url",
  uri: "url",
  password: "password",
  date: "date",
};
const EXAMPLES: Record<string, string> = {
  "date-time": "2026-01-31T13:45:00Z",
  time: "13:45:00",
  duration: "PT1H30M",
  uri: "https://…",
  url: "https://…",
  email: "name@example.org",
};

function TextControl({ field, value, usual, change, described }: ControlProps) {
  const text = value === null || value === undefined ? "" : String(value);
  const { format = "" } = field;
  const put = (next: string) => change(next === "" && field.nullable ? null : next);
  const common = {
    ...described,
    value: text,
    placeholder: (typeof usual === "string" && usual) || EXAMPLES[format],
    onChange: (event: { currentTarget: { value: string } }) => put(event.currentTarget.value),
  };
  if (format === "textarea" || text.includes("\n"))
    return <textarea {...common} className={`${styles.input} ${styles.area}`} rows={3} />;
  return (
    <span className={styles.beside}>
      <input
        {...common}
        className={styles.input}
        type={TYPES[format] ?? "text"}
        autoComplete="off"
        spellCheck={false}
      />
      {format === "date-time" && <MomentPicker value={text} put={put} />}
    </span>
  );
}

/** The browser's calendar for a moment that is written as text; it writes no time zone. */
function MomentPicker({ value, put }: { value: string; put: (next: string) => void }) {
  return (
    <input
      type="datetime-local"
      step={1}
      aria-label="Choose date and time"
      className={`${styles.input} ${styles.picker}`}
      value={value.slice(0, 19)}
      onChange={(event) => put(event.currentTarget.value)}
    />
  );
}

function ChoiceControl({ field, value, change, described }: ControlProps) {
  const options = field.enum ?? [];
  const at = options.findIndex((option) => same(option, value ?? null));
  const chosen = at >= 0 ? String(at) : value === undefined || value === null ? "" : "other";
  return (
    <select
      {...described}
      className={styles.input}
      value={chosen}
      onChange={(event) => change(options[Number(event.currentTarget.value)])}
    >
      {chosen === "" && (
        <option value="" disabled>
          Choose…
        </option>
      )}
      {chosen === "other" && (
        <option value="other" disabled>
          {String(value)} (not an option)
        </option>
      )}
      {options.map((option, number) => (
        <option key={String(option)} value={number}>
          {choiceLabel(field, option)}
        </option>
      ))}
    </select>
  );
}

function BooleanControl(props: ControlProps) {
  const { field, value, change, described } = props;
  const odd = typeof value !== "boolean" && value !== null && value !== undefined;
  if (odd)
    return (
      <ChoiceControl
        {...props}
        field={{ ...field, enum: [true, false], enumNames: ["Yes", "No"] }}
      />
    );
  return (
    <span className={styles.beside}>
      <input
        {...described}
        type="checkbox"
        className={styles.checkbox}
        checked={value === true}
        onChange={(event) => change(event.currentTarget.checked)}
      />
      {field.nullable && value === null && <span className="dim">not set</span>}
      {field.nullable && value !== null && (
        <button type="button" className={styles.quiet} onClick={() => change(null)}>
          Unset
        </button>
      )}
    </span>
  );
}

/** One of several kinds of plain value: which one, and its control. */
function UnionControl({ field, value, change, described }: ControlProps) {
  const { schema } = useForm();
  // Chosen once, so that a text half typed does not change what it is typed into.
  const [at, setAt] = useState(() => variantOf(field, schema, value));
  const variant = plain(field.variants[at] ?? {}, schema);
  const nullable = field.nullable || variant.nullable;
  return (
    <span className={styles.beside}>
      <select
        className={`${styles.input} ${styles.which}`}
        aria-label="Kind of value"
        value={at}
        onChange={(event) => {
          const next = Number(event.currentTarget.value);
          setAt(next);
          change(initialValue(field.variants[next] ?? {}, schema));
        }}
      >
        {field.variants.map((part, number) => (
          <option key={variantLabel(part, schema)} value={number}>
            {variantLabel(part, schema)}
          </option>
        ))}
      </select>
      <Control key={at} field={{ ...variant, nullable }} {...{ value, change, described }} />
    </span>
  );
}

/** Any value: JSON where it is JSON, else plain text. */
function AnyControl({ value, change, described }: ControlProps) {
  const [typed, setTyped] = useState(() => written(value));
  const text = same(readAny(typed), value ?? null) ? typed : written(value);
  const props: ComponentPropsWithoutRef<"textarea"> = { ...described, value: text };
  return (
    <textarea
      {...props}
      className={`${styles.input} ${styles.area} mono`}
      rows={Math.min(12, Math.max(1, text.split("\n").length))}
      placeholder="JSON, or plain text"
      spellCheck={false}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        change(readAny(event.currentTarget.value));
      }}
    />
  );
}

function readAny(text: string): unknown {
  if (text.trim() === "") return null;
  try {
    return parse(text);
  } catch {
    return text;
  }
}

function written(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "string" && readAny(value) === value) return value;
  return JSON.stringify(value, null, 2);
}
