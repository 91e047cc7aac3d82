/** One value of a configuration: its label, its help, its control and what is wrong with it. */
import { IconArrowBackUp } from "@tabler/icons-react";
import { memo, type ReactNode } from "react";
import { humanised, type Node, type Plain, plain } from "#util/configSchema";
import { dotted, type Place, same } from "#util/place";
import { Composite } from "./Composite";
import { useForm, useProblem, useValue } from "./form";
import styles from "./forms.module.css";
import { hint } from "./hint";
import { Control } from "./inputs";

export type FieldProps = {
  node: Node;
  place: Place;
  label: string;
  required?: boolean;
  /** Only the control: an item of a list or of named values, which says itself what it is. */
  bare?: boolean;
};

export const Field = memo(
  function Field(props: FieldProps) {
    const form = useForm();
    const field = plain(props.node, form.schema);
    return isComposite(field, form.schema) ? (
      <Composite {...props} field={field} />
    ) : (
      <Row {...props} field={field} />
    );
  },
  (one, other) =>
    one.node === other.node &&
    one.label === other.label &&
    one.required === other.required &&
    dotted(one.place) === dotted(other.place),
);

const COMPOSITE = new Set(["group", "list", "tuple", "map"]);

/** Whether a value has parts with fields of their own. */
export function isComposite(field: Plain, root: Node): boolean {
  return (
    COMPOSITE.has(field.kind) || field.variants.some((part) => isComposite(plain(part, root), root))
  );
}

/** The fields of a group, in the order written; `hidden` is the tag that a choice above has set. */
export function Fields({ field, place, hidden }: { field: Plain; place: Place; hidden?: string }) {
  const names = Object.entries(field.properties ?? {}).filter(([name]) => name !== hidden);
  return (
    <div className={styles.fields}>
      {names.map(([name, node]) => (
        <Field
          key={name}
          node={node}
          place={[...place, name]}
          label={node.title ?? humanised(name)}
          required={field.required?.includes(name)}
        />
      ))}
    </div>
  );
}

function Row({ place, label, required = false, bare, field }: FieldProps & { field: Plain }) {
  const form = useForm();
  const path = dotted(place);
  const value = useValue(place);
  const problem = useProblem(path);
  const usual = form.usual(place);
  const ids = { field: `field:${path}`, help: `help:${path}`, problem: `problem:${path}` };
  const control = (
    <Control
      field={field}
      value={value}
      usual={field.default ?? undefined}
      change={(next) => form.set(place, next)}
      described={{
        id: ids.field,
        "aria-label": bare ? label : undefined,
        "aria-required": required || undefined,
        "aria-invalid": problem ? true : undefined,
        "aria-describedby": problem ? ids.problem : field.description ? ids.help : undefined,
      }}
    />
  );
  // React's blur bubbles: whatever part of the control is left.
  const leave = () => form.leave(place, hint(field, required, value));
  const said = <Problem id={ids.problem} text={problem} />;
  if (bare)
    return (
      <div className={styles.bare} onBlur={leave}>
        {control}
        {said}
      </div>
    );
  return (
    <div className={styles.row} onBlur={leave}>
      <div className={styles.head}>
        <label htmlFor={ids.field}>
          {label}
          {required && <Star />}
        </label>
        <Reset place={place} value={value} usual={usual} />
        {field.description && (
          <p id={ids.help} className={styles.help}>
            {field.description}
          </p>
        )}
      </div>
      <div className={styles.body}>
        {control}
        {said}
      </div>
    </div>
  );
}

export function Star() {
  return (
    <span className={styles.star} aria-hidden="true">
      {" "}
      *
    </span>
  );
}

export function Problem({ id, text }: { id?: string; text: string }): ReactNode {
  if (!text) return null;
  return (
    <p id={id} className={styles.problem} data-problem tabIndex={-1}>
      {text}
    </p>
  );
}

type ResetProps = { place: Place; value: unknown; usual: unknown; then?: () => void };

/** A dot where a value differs from its default, and the way back. */
export function Reset({ place, value, usual, then }: ResetProps) {
  const form = useForm();
  if (usual === undefined || same(usual, value ?? null)) return null;
  const text = typeof usual === "string" ? usual : JSON.stringify(usual);
  const said = text.length > 120 ? `${text.slice(0, 120)}…` : text;
  return (
    <button
      type="button"
      className={styles.reset}
      title={`Differs from the default (${said === "null" ? "none" : said}). Reset to default.`}
      aria-label="Reset to default"
      onClick={() => {
        form.set(place, usual);
        then?.();
      }}
    >
      <IconArrowBackUp size={14} aria-hidden />
    </button>
  );
}
