/** Values under names of one's own: a name and a value a line. */
import { IconPlus, IconX } from "@tabler/icons-react";
import { useState } from "react";
import { type Node, type Plain, plain } from "#util/configSchema";
import { isNamed, type Named, type Place } from "#util/place";
import { Field, isComposite } from "./Field";
import { newValue, useForm, useValue } from "./form";
import styles from "./forms.module.css";
import { useKeys } from "./keys";

export function NamedValues({ place, field }: { place: Place; field: Plain }) {
  const form = useForm();
  const value = useValue(place);
  const values = isNamed(value) ? value : {};
  const names = Object.keys(values);
  const [keys, setKeys] = useKeys(names.length);
  const node = isNamed(field.additionalProperties) ? (field.additionalProperties as Node) : {};
  const put = (next: Named) => {
    form.set(place, next);
    form.leave(place);
  };
  const rename = (from: string, to: string) =>
    put(Object.fromEntries(names.map((name) => [name === from ? to : name, values[name]])));
  const remove = (gone: string) => {
    setKeys(keys.filter((_, at) => names[at] !== gone));
    put(
      Object.fromEntries(names.filter((name) => name !== gone).map((name) => [name, values[name]])),
    );
  };
  const wide = isComposite(plain(node, form.schema), form.schema);
  return (
    <div className={styles.list} data-empty={names.length === 0 || undefined}>
      {names.length === 0 && <p className={`dim ${styles.hint}`}>No values yet.</p>}
      {names.map((name, at) => (
        <div key={keys[at]} className={styles.named} data-wide={wide || undefined}>
          <Name at={at} name={name} taken={names} rename={(to) => rename(name, to)} />
          <Field node={node} place={[...place, name]} label={`Value of ${name}`} bare />
          <button
            type="button"
            className={styles.act}
            aria-label={`Remove ${name}`}
            title={`Remove ${name}`}
            onClick={() => remove(name)}
          >
            <IconX size={14} aria-hidden />
          </button>
        </div>
      ))}
      <button
        type="button"
        className={styles.add}
        onClick={() => put({ ...values, [unused(names)]: newValue(form, node) })}
      >
        <IconPlus size={14} aria-hidden /> Add value
      </button>
    </div>
  );
}

function unused(names: string[]): string {
  for (let number = names.length + 1; ; number += 1)
    if (!names.includes(`name_${number}`)) return `name_${number}`;
}

type NameProps = { at: number; name: string; taken: string[]; rename: (to: string) => void };

/** A name takes effect when it is left, since half of one may be another's. */
function Name({ at, name, taken, rename }: NameProps) {
  const [typed, setTyped] = useState<string | null>(null);
  const shown = typed ?? name;
  const clash = typed !== null && typed !== name && taken.includes(typed);
  const finish = () => {
    if (typed !== null && typed !== name && !clash) rename(typed);
    if (!clash) setTyped(null);
  };
  return (
    <div className={styles.bare}>
      <input
        className={`${styles.input} mono`}
        aria-label={`Key ${at + 1}`}
        aria-invalid={clash || undefined}
        value={shown}
        onChange={(event) => setTyped(event.currentTarget.value)}
        onBlur={finish}
        onKeyDown={(event) => event.key === "Enter" && finish()}
      />
      {clash && (
        <p className={styles.problem} data-problem>
          This name is taken.
        </p>
      )}
    </div>
  );
}
