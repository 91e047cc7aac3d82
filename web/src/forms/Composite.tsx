/** Values that have parts: a card with a title, its help, and what is inside. */
import { type ReactNode, useState } from "react";
import { type Plain, plain, variantLabel, variantOf } from "#util/configSchema";
import { plural } from "#util/format";
import { dotted, isNamed, type Place } from "#util/place";
import { Field, type FieldProps, Fields, isComposite, Reset } from "./Field";
import { newValue, useForm, useOfForm, useProblem } from "./form";
import styles from "./forms.module.css";
import { Problem, Star } from "./Labelled";
import { List } from "./List";
import { NamedValues } from "./NamedValues";

type Props = FieldProps & { field: Plain };

export function Composite({ place, label, required, bare, field }: Props) {
  const form = useForm();
  const path = dotted(place);
  // Not the value: a key press in one part does not draw the others again.
  const isSet = useOfForm(form, () => (form.at(place) ?? null) !== null);
  const problem = useProblem(path);
  const [resets, setResets] = useState(0);
  const id = `field:${path}`;
  const inside = isSet ? (
    <Inside key={resets} place={place} label={label} field={field} />
  ) : (
    field.nullable || <Absent place={place} field={field} />
  );
  const kept = field.nullable && (
    <label className={styles.use}>
      <input
        type="checkbox"
        className={styles.checkbox}
        checked={isSet}
        aria-label={`Use ${label}`}
        onChange={(event) => {
          form.set(place, event.currentTarget.checked ? present(form, field) : null);
        }}
      />
      Use
    </label>
  );
  return (
    <section
      className={styles.card}
      aria-labelledby={id}
      data-bare={bare || undefined}
      data-wrong={problem ? true : undefined}
    >
      <header className={styles.cardHead}>
        <h3 id={id} title={path}>
          {label}
        </h3>
        {required && <Star />}
        {field.kind === "list" && isSet && <Count place={place} />}
        <Reset place={place} then={() => setResets(resets + 1)} />
        {kept}
        {field.description && <p className={styles.help}>{field.description}</p>}
      </header>
      <Problem text={problem} />
      {inside}
    </section>
  );
}

function Count({ place }: { place: Place }) {
  const form = useForm();
  const count = useOfForm(form, () => (form.at(place) as { length?: number } | null)?.length ?? 0);
  return <span className="dim number">{plural(count, "item")}</span>;
}

/** What a group or list that may be absent begins with once it is wanted. */
function present(form: Parameters<typeof newValue>[0], field: Plain): unknown {
  const { default: _, ...node } = field;
  return newValue(form, { ...node, type: [field.type ?? []].flat().filter((t) => t !== "null") });
}

function Absent({ place, field }: { place: Place; field: Plain }) {
  const form = useForm();
  return (
    <button
      type="button"
      className={styles.add}
      onClick={() => form.set(place, present(form, field))}
    >
      Fill in
    </button>
  );
}

type InsideProps = { place: Place; label: string; field: Plain };

function Inside({ place, label, field }: InsideProps): ReactNode {
  switch (field.kind) {
    case "list":
      return <List place={place} label={label} field={field} />;
    case "map":
      return <NamedValues place={place} field={field} />;
    case "tuple":
      return <Tuple place={place} field={field} />;
    case "union":
      return <Union place={place} label={label} field={field} />;
    default:
      return <Fields field={field} place={place} />;
  }
}

function Tuple({ place, field }: { place: Place; field: Plain }) {
  return (
    <div className={styles.fields}>
      {field.prefixItems?.map((node, at) => (
        <Field
          key={at}
          node={node}
          place={[...place, at]}
          label={node.title ?? `Value ${at + 1}`}
          required
        />
      ))}
    </div>
  );
}

/** One of several kinds of value: which one, and its own fields. */
function Union({ place, label, field }: InsideProps) {
  const form = useForm();
  // Chosen once, so that a text half typed does not change what it is typed into.
  const [at, setAt] = useState(() => variantOf(field, form.schema, form.at(place)));
  const node = field.variants[at] ?? {};
  const variant = plain(node, form.schema);
  const tag = tagOf(field, variant, form);
  const choose = (next: number) => {
    setAt(next);
    form.set(place, newValue(form, field.variants[next] ?? {}));
  };
  return (
    <>
      <div className={styles.kind}>
        <select
          className={styles.input}
          aria-label={`Kind of ${label}`}
          value={at}
          onChange={(event) => choose(Number(event.currentTarget.value))}
        >
          {field.variants.map((part, number) => (
            <option key={number} value={number}>
              {variantLabel(part, form.schema)}
            </option>
          ))}
        </select>
        {!isComposite(variant, form.schema) && (
          <Field key={at} node={node} place={place} label={label} bare />
        )}
      </div>
      {variant.kind === "group" && <Fields key={at} field={variant} place={place} hidden={tag} />}
      {isComposite(variant, form.schema) && variant.kind !== "group" && (
        <Inside key={at} place={place} label={label} field={variant} />
      )}
    </>
  );
}

/** The name of the value that says which kind it is. */
function tagOf(union: Plain, variant: Plain, form: { schema: Plain | object }): string | undefined {
  if (union.discriminator) return union.discriminator.propertyName;
  const named = Object.entries(variant.properties ?? {});
  return named.find(([, node]) => plain(node, form.schema).kind === "fixed")?.[0];
}

/** A line about a value that is folded up: its first plain parts. */
export function Summary({ place }: { place: Place }) {
  const form = useForm();
  const text = useOfForm(form, () => summary(form.at(place)));
  return <span className={`dim clip ${styles.summary}`}>{text}</span>;
}

export function summary(value: unknown): string {
  if (Array.isArray(value)) return plural(value.length, "item");
  if (!isNamed(value)) return String(value ?? "none");
  const parts = Object.values(value).filter((part) => part !== null && part !== "");
  const plainParts = parts.map((part) => (typeof part === "object" ? "…" : String(part)));
  return plainParts.slice(0, 6).join(" · ");
}
