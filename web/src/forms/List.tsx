/** A list: items are added, taken away, copied, moved and folded up. */
import {
  IconArrowDown,
  IconArrowUp,
  IconChevronRight,
  IconCopy,
  IconPlus,
  IconX,
} from "@tabler/icons-react";
import { memo, type ReactNode, useCallback, useLayoutEffect, useRef, useState } from "react";
import { type Node, type Plain, plain } from "#util/configSchema";
import { dotted, isNamed, isWithin, type Place } from "#util/place";
import { Summary } from "./Composite";
import { Field, Fields, isComposite } from "./Field";
import { type Form, newValue, useForm, useOfForm, useProblem } from "./form";
import styles from "./forms.module.css";
import { fresh, useKeys } from "./keys";
import { Problem } from "./Labelled";

type Props = { place: Place; label: string; field: Plain };

/** Longer lists begin folded up: a line an item. */
const OPEN_AT_MOST = 10;

export function List({ place, label, field }: Props) {
  const form = useForm();
  const count = useOfForm(form, () => itemsAt(form, place).length);
  const [keys, setKeys] = useKeys(count);
  const [folded] = useState(() => new Set(count > OPEN_AT_MOST ? keys : []));
  const box = useRef<HTMLDivElement>(null);
  const node = isNamed(field.items) ? (field.items as Node) : {};
  const change = (sources: number[], items: unknown[]) => {
    setKeys(sources.map((from) => keys[from] ?? fresh()));
    form.renumber(place, (at) => (sources.includes(at) ? sources.indexOf(at) : null));
    form.set(place, items);
    form.leave(place);
  };
  const arrange = (sources: number[]) => {
    const items = itemsAt(form, place);
    change(
      sources,
      sources.map((from) => items[from]),
    );
  };
  const all = Array.from({ length: count }, (_, at) => at);
  const act = (action: Action, at: number) => {
    const items = itemsAt(form, place);
    if (action === "remove") arrange(all.filter((other) => other !== at));
    if (action === "up") arrange(all.with(at, at - 1).with(at - 1, at));
    if (action === "down") arrange(all.with(at, at + 1).with(at + 1, at));
    if (action === "copy")
      change(
        all.toSpliced(at + 1, 0, count),
        items.toSpliced(at + 1, 0, structuredClone(items[at])),
      );
    const next = action === "up" ? at - 1 : action === "remove" ? Math.min(at, count - 2) : at + 1;
    requestAnimationFrame(() => focusOn(box.current, next, action));
  };
  // The items are not drawn again for another function, so they get one that stays.
  const newest = useRef(act);
  useLayoutEffect(() => {
    newest.current = act;
  });
  const actNow = useCallback((action: Action, at: number) => newest.current(action, at), []);
  const add = () => {
    change([...all, count], [...itemsAt(form, place), newValue(form, node)]);
    requestAnimationFrame(() => focusOn(box.current, count, "add"));
  };
  return (
    <div ref={box} className={styles.list} data-empty={count === 0 || undefined}>
      {count === 0 && <p className={`dim ${styles.hint}`}>No items yet.</p>}
      {keys.map((key, at) => (
        <Item
          key={key}
          node={node}
          place={[...place, at]}
          at={at}
          count={count}
          folded={folded.has(key)}
          act={actNow}
        />
      ))}
      <button
        type="button"
        className={styles.add}
        data-add
        aria-label={`Add item to ${label}`}
        onClick={add}
      >
        <IconPlus size={14} aria-hidden /> Add item
      </button>
    </div>
  );
}

function itemsAt(form: Form, place: Place): unknown[] {
  const found = form.at(place);
  return Array.isArray(found) ? found : [];
}

type Action = "up" | "down" | "copy" | "remove";

/** Where the keyboard goes on after an item has moved, come or gone. */
function focusOn(box: HTMLElement | null, at: number, action: Action | "add"): void {
  const item = box?.querySelectorAll<HTMLElement>(":scope > [data-item]")[at];
  const add = box?.querySelector<HTMLElement>(":scope > [data-add]");
  const button = item?.querySelector<HTMLElement>(`[data-act=${action}]:not(:disabled)`);
  const moved = action === "add" || action === "copy" ? null : button;
  const first = item?.querySelector<HTMLElement>("input, select, textarea");
  const other = item?.querySelector<HTMLElement>("[data-act]:not(:disabled)");
  (moved ?? (action === "add" ? first : other) ?? add)?.focus();
}

type ItemProps = {
  node: Node;
  place: Place;
  at: number;
  count: number;
  folded: boolean;
  act: (action: Action, at: number) => void;
};

const Item = memo(
  function Item(props: ItemProps) {
    const form = useForm();
    const field = plain(props.node, form.schema);
    return isComposite(field, form.schema) ? (
      <Folding {...props} field={field} />
    ) : (
      <Line {...props} />
    );
  },
  (one, other) =>
    one.node === other.node &&
    one.count === other.count &&
    dotted(one.place) === dotted(other.place),
);

function Line(props: ItemProps) {
  return (
    <div className={styles.line} data-item>
      <span className={`dim number ${styles.position}`}>{props.at + 1}</span>
      <Field node={props.node} place={props.place} label={`Item ${props.at + 1}`} required bare />
      <Buttons {...props} />
    </div>
  );
}

function Folding({ field, ...props }: ItemProps & { field: Plain }) {
  const form = useForm();
  const { place, at } = props;
  const path = dotted(place);
  const [wantedFolded, setFolded] = useState(props.folded);
  const [seen, setSeen] = useState<readonly string[]>([]);
  const revealed = useOfForm(form, () => form.revealed);
  if (revealed !== seen) {
    setSeen(revealed);
    if (revealed.some((other) => isWithin(other, path))) setFolded(false);
  }
  return (
    <section className={styles.item} data-item aria-label={`Item ${at + 1}`}>
      <header className={styles.itemHead}>
        <button
          type="button"
          className={styles.fold}
          aria-expanded={!wantedFolded}
          onClick={() => setFolded(!wantedFolded)}
        >
          <IconChevronRight size={14} aria-hidden />
          Item {at + 1}
        </button>
        {wantedFolded ? <Summary place={place} /> : <span className={styles.summary} />}
        <Buttons {...props} />
      </header>
      {wantedFolded ? <Folded path={path} /> : <Opened field={field} {...props} />}
    </section>
  );
}

/** What is wrong inside is said outside. */
function Folded({ path }: { path: string }) {
  return <Problem text={useProblem(path)} />;
}

function Opened({ field, node, place, at }: ItemProps & { field: Plain }): ReactNode {
  if (field.kind !== "group" || field.nullable)
    return <Field node={node} place={place} label={node.title ?? `Item ${at + 1}`} bare />;
  return (
    <>
      <Folded path={dotted(place)} />
      <Fields field={field} place={place} />
    </>
  );
}

function Buttons({ at, count, act }: ItemProps) {
  const name = `item ${at + 1}`;
  return (
    <span className={styles.buttons}>
      <Act action="up" label={`Move ${name} up`} disabled={at === 0} {...{ at, act }}>
        <IconArrowUp size={14} aria-hidden />
      </Act>
      <Act action="down" label={`Move ${name} down`} disabled={at === count - 1} {...{ at, act }}>
        <IconArrowDown size={14} aria-hidden />
      </Act>
      <Act action="copy" label={`Copy ${name}`} {...{ at, act }}>
        <IconCopy size={14} aria-hidden />
      </Act>
      <Act action="remove" label={`Remove ${name}`} {...{ at, act }}>
        <IconX size={14} aria-hidden />
      </Act>
    </span>
  );
}

type ActProps = {
  action: Action;
  label: string;
  at: number;
  act: ItemProps["act"];
  disabled?: boolean;
  children: ReactNode;
};

function Act({ action, label, at, act, disabled, children }: ActProps) {
  return (
    <button
      type="button"
      className={styles.act}
      data-act={action}
      aria-label={label}
      title={label}
      disabled={disabled}
      onClick={() => act(action, at)}
    >
      {children}
    </button>
  );
}
