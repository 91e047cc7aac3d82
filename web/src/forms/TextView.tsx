/** The configuration as text: what is typed or pasted here is what the form has, and the reverse. */
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from "react";
import type { Named } from "#util/place";
import { useForm, useOfForm } from "./form";
import styles from "./TextView.module.css";
import { type Language, lineOf, read, write } from "./text";

type Props = {
  language: Language;
  /** Whether the text can be read; while it cannot, nothing else may be done with the form. */
  onReadable: (readable: boolean) => void;
};

export default function TextView({ language, onReadable }: Props) {
  const form = useForm();
  const value = useOfForm(form, () => form.value);
  const problems = useOfForm(form, () => form.wrong);
  const [text, setText] = useState(() => write(value, language));
  const [of, setOf] = useState({ value, language });
  if (of.value !== value || of.language !== language) {
    setOf({ value, language });
    setText(write(value, language));
  }
  const found = useMemo(() => read(text, language), [text, language]);
  const readable = "value" in found;
  useEffect(() => onReadable(readable), [readable, onReadable]);
  useEffect(() => () => onReadable(true), [onReadable]);
  const type = (next: string) => {
    setText(next);
    const typed = read(next, language);
    if (!("value" in typed)) return;
    setOf({ value: typed.value, language });
    form.replace(typed.value as Named);
  };
  const wrong = readable
    ? problems.map(({ path, message }) => ({ line: lineOf(text, path), path, message }))
    : [{ line: found.line, path: "", message: found.message }];
  return (
    <div>
      <Editor
        text={text}
        label={`Configuration as ${language.toUpperCase()}`}
        type={type}
        marked={wrong.map(({ line }) => line)}
        invalid={wrong.length > 0}
      />
      <Problems wrong={wrong} />
    </div>
  );
}

type Wrong = { line: number; path: string; message: string };

function Problems({ wrong }: { wrong: Wrong[] }) {
  if (wrong.length === 0) return null;
  return (
    <ul className={styles.problems} aria-label="Problems" role="status">
      {wrong.map(({ line, path, message }) => (
        <li key={path + message}>
          <span className="dim">Line {line}</span>
          <span>
            {path && <b className="mono">{path}</b>} {message}
          </span>
        </li>
      ))}
    </ul>
  );
}

type EditorProps = {
  text: string;
  label: string;
  type: (text: string) => void;
  marked: number[];
  invalid: boolean;
};

function Editor({ text, label, type, marked, invalid }: EditorProps) {
  const gutter = useRef<HTMLDivElement>(null);
  const count = text.split("\n").length;
  return (
    <div className={styles.editor} data-wrong={invalid || undefined}>
      <div ref={gutter} className={`mono ${styles.gutter}`} aria-hidden>
        {Array.from({ length: count }, (_, at) => (
          <div key={at} data-wrong={marked.includes(at + 1) || undefined}>
            {at + 1}
          </div>
        ))}
      </div>
      <textarea
        className={`mono ${styles.text}`}
        aria-label={label}
        aria-invalid={invalid || undefined}
        spellCheck={false}
        autoCapitalize="off"
        wrap="off"
        rows={Math.min(40, Math.max(12, count + 1))}
        value={text}
        onKeyDown={keepIndent}
        onChange={(event) => type(event.currentTarget.value)}
        onScroll={({ currentTarget }) => {
          if (gutter.current) gutter.current.scrollTop = currentTarget.scrollTop;
        }}
      />
    </div>
  );
}

/** A new line begins where the one before it began; the browser's own undo keeps working. */
function keepIndent(event: KeyboardEvent<HTMLTextAreaElement>): void {
  if (event.key !== "Enter" || event.ctrlKey || event.metaKey || event.nativeEvent.isComposing)
    return;
  const { value, selectionStart } = event.currentTarget;
  const line = value.slice(value.lastIndexOf("\n", selectionStart - 1) + 1, selectionStart);
  const indent = /^[ \t]*(- )?/.exec(line)?.[0].replace("- ", "  ");
  if (!indent) return;
  event.preventDefault();
  document.execCommand("insertText", false, `\n${indent}`);
}
