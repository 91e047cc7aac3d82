/** A configuration to read: every value by its label, those that differ from the defaults marked. */
import { Tooltip, UnstyledButton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { experimentQuery } from "#api/experiments";
import { choiceLabel, completed, humanised, type Node, plain, variantOf } from "#util/configSchema";
import { count, plural } from "#util/format";
import { isNamed, type Named, same } from "#util/place";
import styles from "./Configuration.module.css";

type Props = {
  /** Whose schema and defaults it is compared with; it is shown without them when there are none. */
  module: string;
  value: Named;
  /** Whether only what differs from the defaults is shown, and who is asked for the other. */
  onlyChanged: boolean;
  setOnlyChanged: (only: boolean) => void;
};

export function Configuration({ module, value, onlyChanged, setOnlyChanged }: Props) {
  const { data } = useQuery(experimentQuery(module));
  const schema = data?.config_schema as Node | undefined;
  const defaults = schema && (completed(schema, schema, data?.defaults ?? {}) as Named);
  const rows = rowsOf(schema ?? {}, schema ?? {}, value, defaults);
  const changed = rows.filter((row) => row.changed).length;
  if (rows.length === 0) return <p className={`dim ${styles.nothing}`}>No configuration.</p>;
  return (
    <div className={styles.configuration}>
      {defaults && (
        <div className={`dim ${styles.summary}`}>
          {changed === 0 ? "No value differs from its default." : `${plural(changed, "value")} of `}
          {changed > 0 &&
            `${count(rows.length)} differ${changed === 1 ? "s" : ""} from the defaults.`}
          {changed > 0 && changed < rows.length && (
            <UnstyledButton
              className={styles.toggle}
              aria-pressed={onlyChanged}
              onClick={() => setOnlyChanged(!onlyChanged)}
            >
              {onlyChanged ? "Show all" : "Show only these"}
            </UnstyledButton>
          )}
        </div>
      )}
      <Rows rows={onlyChanged && changed > 0 ? rows.filter((row) => row.changed) : rows} />
    </div>
  );
}

type Row = {
  name: string;
  label: string;
  description?: string;
  value: unknown;
  node: Node;
  root: Node;
  /** The default; undefined when there is none, or none to compare with. */
  usual: unknown;
  changed: boolean;
};

/** The values of a group, in the order of the schema. */
function rowsOf(node: Node, root: Node, value: Named, defaults?: Named): Row[] {
  const properties = plain(node, root).properties ?? {};
  const known = Object.keys(properties).filter((name) => Object.hasOwn(value, name));
  const others = Object.keys(value).filter((name) => !Object.hasOwn(properties, name));
  return [...known, ...others].map((name) => {
    const part = properties[name] ?? {};
    const usual = defaults?.[name];
    return {
      name,
      label: part.title ?? humanised(name),
      description: part.description,
      value: value[name],
      node: part,
      root,
      usual,
      changed: usual !== undefined && !same(usual, value[name]),
    };
  });
}

function Rows({ rows }: { rows: Row[] }) {
  return (
    <dl className={styles.rows}>
      {rows.map((row) => (
        <div key={row.name} className={styles.row} data-changed={row.changed || undefined}>
          <dt>
            <Tooltip label={explained(row)} multiline maw={360} disabled={!explained(row)}>
              <span>{row.label}</span>
            </Tooltip>
            {row.changed && <Mark usual={row.usual} />}
          </dt>
          <dd>
            <Value {...row} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function explained({ label, name, description }: Row): string {
  const key = label === name || label === humanised(name) ? "" : name;
  return [key, description].filter(Boolean).join(" – ");
}

function Mark({ usual }: { usual: unknown }) {
  const said = `Default: ${inWords(usual)}`;
  return (
    <Tooltip label={said} multiline maw={360}>
      <span className={styles.mark} role="img" aria-label={`differs from the default. ${said}`} />
    </Tooltip>
  );
}

type Shown = { value: unknown; node: Node; root: Node; usual?: unknown };

function Value({ value, node, root, usual }: Shown): ReactNode {
  const field = plain(node, root);
  const variant = field.variants[variantOf(field, root, value)];
  if (field.kind === "union" && variant && value !== null)
    return <Value value={value} node={variant} root={root} usual={usual} />;
  if (isNamed(value)) {
    const rows = rowsOf(field, root, value, isNamed(usual) ? usual : undefined);
    return rows.length > 0 ? <Rows rows={rows} /> : <span className="dim">empty</span>;
  }
  if (Array.isArray(value)) return <List items={value} node={itemNode(field)} root={root} />;
  return <Scalar value={value} field={field} />;
}

function itemNode(field: Node): Node {
  return isNamed(field.items) ? field.items : {};
}

const AT_ONCE = 20;

function List({ items, node, root }: { items: unknown[]; node: Node; root: Node }) {
  const [all, setAll] = useState(false);
  if (items.length === 0) return <span className="dim">empty list</span>;
  if (items.every((item) => typeof item !== "object" || item === null))
    return <Inline items={items} field={plain(node, root)} />;
  const shown = all ? items : items.slice(0, AT_ONCE);
  const flat = shown.every((item) => isNamed(item) && isFlat(item));
  return (
    <>
      {flat ? (
        <ItemTable items={shown as Named[]} node={node} root={root} />
      ) : (
        <ol className={styles.items}>
          {shown.map((item, at) => (
            <li key={at}>
              <Value value={item} node={node} root={root} />
            </li>
          ))}
        </ol>
      )}
      {shown.length < items.length && (
        <UnstyledButton className={styles.toggle} onClick={() => setAll(true)}>
          Show all {count(items.length)}
        </UnstyledButton>
      )}
    </>
  );
}

function isFlat(item: Named): boolean {
  return Object.values(item).every((value) => typeof value !== "object" || value === null);
}

/** Items that have no parts of their own: a column for each name. */
function ItemTable({ items, node, root }: { items: Named[]; node: Node; root: Node }) {
  const properties = plain(node, root).properties ?? {};
  const names = [...new Set([...Object.keys(properties), ...items.flatMap(Object.keys)])];
  return (
    <div className="scroll-x">
      <table className={styles.table}>
        <thead>
          <tr>
            <th aria-label="Number" />
            {names.map((name) => (
              <th key={name}>{properties[name]?.title ?? humanised(name)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {items.map((item, at) => (
            <tr key={at}>
              <td className="dim number">{at + 1}</td>
              {names.map((name) => (
                <td key={name}>
                  {name in item && (
                    <Scalar value={item[name]} field={plain(properties[name] ?? {}, root)} />
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const INLINE = 100;

function Inline({ items, field }: { items: unknown[]; field: Node }) {
  const [all, setAll] = useState(false);
  const shown = all ? items : items.slice(0, INLINE);
  return (
    <span className={`mono ${styles.text}`}>
      [{shown.map((item) => wordOf(item, field)).join(", ")}
      {shown.length < items.length && (
        <UnstyledButton className={styles.toggle} onClick={() => setAll(true)}>
          … {count(items.length - shown.length)} more
        </UnstyledButton>
      )}
      ]
    </span>
  );
}

function wordOf(value: unknown, field: Node): string {
  return typeof value === "string" && !field.enum ? JSON.stringify(value) : spoken(value, field);
}

const LONG = 400;

function Scalar({ value, field }: { value: unknown; field: Node }) {
  const [all, setAll] = useState(false);
  if (value === null || value === undefined) return <span className="dim">none</span>;
  if (value === "") return <span className="dim">empty text</span>;
  const text = spoken(value, field);
  const cut = text.length > LONG && !all;
  return (
    <span className={`${typeof value === "string" ? "" : "number"} mono ${styles.text}`}>
      {cut ? text.slice(0, LONG) : text}
      {cut && (
        <UnstyledButton className={styles.toggle} onClick={() => setAll(true)}>
          … {count(text.length - LONG)} characters more
        </UnstyledButton>
      )}
    </span>
  );
}

function spoken(value: unknown, field: Node): string {
  if (field.format === "password") return "••••••";
  if (field.enum) return choiceLabel(field, value);
  return String(value);
}

/** A value in a few words, for a tooltip. */
function inWords(value: unknown): string {
  const text = typeof value === "string" && value !== "" ? value : JSON.stringify(value);
  const said = text === "null" ? "none" : text;
  return said.length > 200 ? `${said.slice(0, 200)}…` : said;
}
