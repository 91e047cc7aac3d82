/** One value of a configuration: its label, its help, its control and what is wrong with it. */
import { IconArrowBackUp } from "@tabler/icons-react";
import { memo } from "react";
import { humanised, type Node, type Plain, plain } from "#util/configSchema";
import { dotted, type Place, same } from "#util/place";
import { Composite } from "./Composite";
import { useForm, useOfForm, useProblem, useValue } from "./form";
import styles from "./forms.module.css";
import { helpOf, hint } from "./hint";
import { Control } from "./inputs";
import { described, Labelled, Problem } from "./Labelled";

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
  const line = {
    id: `field:${path}`,
    required,
    help: bare ? undefined : helpOf(field),
    problem,
    onBlur: () => form.leave(place, hint(field, required, value)),
  };
  const control = (
    <Control
      field={field}
      value={value}
      usual={field.default ?? undefined}
      change={(next) => form.set(place, next)}
      described={{ ...described(line), "aria-label": bare ? label : undefined }}
    />
  );
  if (bare)
    return (
      // biome-ignore lint/a11y/noStaticElementInteractions: blur bubbles; nothing is done here
      <div className={styles.bare} onBlur={line.onBlur}>
        {control}
        <Problem id={`${line.id}:problem`} text={problem} />
      </div>
    );
  const reset = <Reset place={place} />;
  return (
    <Labelled label={label} title={path} aside={reset} {...line}>
      {control}
    </Labelled>
  );
}

type ResetProps = { place: Place; then?: () => void };

/** A dot where a value differs from its default, and the way back. */
export function Reset({ place, then }: ResetProps) {
  const form = useForm();
  const usual = form.usual(place);
  const isUsual = useOfForm(form, () => usual === undefined || same(usual, form.at(place) ?? null));
  if (isUsual) return null;
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
