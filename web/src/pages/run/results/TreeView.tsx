/** The rows of a tree; only those in sight are in the page, and only the chevron opens one. */
import { ActionIcon, Button, CopyButton } from "@mantine/core";
import {
  IconCheck,
  IconChevronDown,
  IconChevronRight,
  IconCopy,
  IconRoute,
} from "@tabler/icons-react";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useCallback, useEffect, useRef, useState } from "react";
import { count } from "#util/format";
import { type Json, summaryOf, textOf } from "#util/json";
import styles from "./Tree.module.css";
import { holdsOthers, type TreeNode, type TreeRow } from "./tree";

export type Acts = {
  toggle: (at: number) => void;
  deepen: (path: string) => void;
  load: (node: TreeNode, first: number) => void;
  /** The whole text of a node that is not here whole. */
  copy: (node: TreeNode) => Promise<string>;
};
type Props = { rows: readonly TreeRow[]; acts: Acts; marked: number; label: string };

export function TreeView({ rows, acts, marked, label }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => place.current,
    estimateSize: () => 22,
    getItemKey: useCallback((at: number) => keyOf(rows[at]), [rows]),
    overscan: 12,
  });
  useEffect(() => {
    if (marked >= 0) virtual.scrollToIndex(marked, { align: "center" });
  }, [marked, virtual]);
  return (
    <div className={`mono ${styles.place}`} ref={place} tabIndex={0} aria-label={label} role="tree">
      <div role="none" className={styles.rows} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start, key }) => (
          <div
            key={key}
            role="none"
            ref={virtual.measureElement}
            data-index={index}
            className={styles.row}
            style={{ transform: `translateY(${start}px)` }}
          >
            <RowOf row={rows[index] as TreeRow} at={index} acts={acts} marked={index === marked} />
          </div>
        ))}
      </div>
    </div>
  );
}

/** No new text for a node: there may be a hundred thousand. */
function keyOf(row: TreeRow | undefined): string {
  if (row === undefined) return "";
  return row.type === "node" ? row.node.path : `${row.node.path} ${row.type}`;
}

type RowProps = { row: TreeRow; at: number; acts: Acts; marked: boolean };

function RowOf({ row, at, acts, marked }: RowProps) {
  const indent = { paddingInlineStart: 4 + row.depth * 16 };
  if (row.type === "load") return <Load row={row} acts={acts} style={indent} />;
  if (row.type === "deeper") {
    return (
      <div role="treeitem" aria-level={row.depth + 1} tabIndex={-1} style={indent}>
        <Button size="compact-xs" variant="subtle" onClick={() => acts.deepen(row.node.path)}>
          Show more levels
        </Button>
      </div>
    );
  }
  return (
    <div
      role="treeitem"
      aria-level={row.depth + 1}
      aria-expanded={holdsOthers(row.node) ? row.open : undefined}
      tabIndex={-1}
      className={styles.node}
      data-marked={marked}
      data-depth={row.depth}
      style={indent}
    >
      <Chevron row={row} toggle={() => acts.toggle(at)} />
      <span className={styles.words}>
        {row.node.key !== null && <span className={styles.key}>{row.node.key}</span>}
        {row.node.key !== null && <span className="dim">: </span>}
        <ValueOf node={row.node} />
      </span>
      <Copies node={row.node} copy={acts.copy} />
    </div>
  );
}

type Opens = { row: Extract<TreeRow, { type: "node" }>; toggle: () => void };

function Chevron({ row, toggle }: Opens) {
  if (!holdsOthers(row.node)) return <span className={styles.chevron} />;
  const Icon = row.open ? IconChevronDown : IconChevronRight;
  const name = row.node.key ?? "the value";
  return (
    <button
      type="button"
      className={styles.chevron}
      aria-label={`${row.open ? "Close" : "Open"} ${name}`}
      onClick={toggle}
      onKeyDown={({ key }) => {
        if (key === (row.open ? "ArrowLeft" : "ArrowRight")) toggle();
      }}
    >
      <Icon size={14} aria-hidden />
    </button>
  );
}

const LONG = 20_000;

function ValueOf({ node }: { node: TreeNode }): ReactNode {
  if (node.kind === "object" || node.kind === "array") {
    if (node.length === 0)
      return <span className="dim">{node.kind === "array" ? "[]" : "{}"}</span>;
    return <span className={`dim ${styles.summary}`}>{summaryOf(node.kind, node.length)}</span>;
  }
  if (node.kind === "string") return <Text text={node.value as string} length={node.length ?? 0} />;
  return <span data-kind={node.kind}>{textOf(node.value as Json)}</span>;
}

/** A text with its line breaks; a very long one is shown whole when that is asked for. */
function Text({ text, length }: { text: string; length: number }) {
  const [whole, setWhole] = useState(false);
  const shown = whole ? text : text.slice(0, LONG);
  return (
    <>
      <span data-kind="string">"{shown}"</span>
      {shown.length < text.length && (
        <Button size="compact-xs" variant="subtle" onClick={() => setWhole(true)}>
          Show all {count(text.length)} characters
        </Button>
      )}
      {text.length < length && (
        <span className="dim"> … {count(length)} characters; copy the value for all of them</span>
      )}
    </>
  );
}

function Copies({ node, copy }: { node: TreeNode; copy: Acts["copy"] }) {
  const [copied, setCopied] = useState(false);
  const copyValue = async () => {
    await navigator.clipboard.writeText(await copy(node));
    setCopied(true);
    setTimeout(() => setCopied(false), 1000);
  };
  return (
    <span className={styles.copies}>
      {node.path !== "" && (
        <CopyButton value={node.path}>
          {({ copied, copy }) => (
            <Act
              label="Copy path"
              onClick={copy}
              icon={copied ? <Done /> : <IconRoute size={13} />}
            />
          )}
        </CopyButton>
      )}
      <Act
        label="Copy value"
        onClick={() => void copyValue()}
        icon={copied ? <Done /> : <IconCopy size={13} />}
      />
    </span>
  );
}

function Act({ label, onClick, icon }: { label: string; onClick: () => void; icon: ReactNode }) {
  return (
    <ActionIcon
      size={18}
      variant="subtle"
      color="gray"
      aria-label={label}
      title={label}
      onClick={onClick}
    >
      {icon}
    </ActionIcon>
  );
}

const Done = () => <IconCheck size={13} aria-label="copied" />;

type Loads = { row: Extract<TreeRow, { type: "load" }>; acts: Acts; style: React.CSSProperties };

/** Fetches what comes next as soon as it is in sight. */
function Load({ row, acts, style }: Loads) {
  const { node, first } = row;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each place
  useEffect(() => acts.load(node, first), [node.path, first]);
  return (
    <div role="status" className="dim" style={style}>
      Loading…
    </div>
  );
}
