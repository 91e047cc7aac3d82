/** A row a result, a column a leaf; sorted by any of them, only the rows in sight in the page. */
import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useMemo, useRef } from "react";
import {
  type Cell,
  type Family,
  numberOf,
  numericColumns,
  type Row,
  sortedRows,
} from "#util/families";
import { clockMs, figure } from "#util/format";
import styles from "./FamilyTable.module.css";
import { useResultsSearch } from "./search";

type Props = { family: Family; loaded: number; columns: readonly string[] };
const ROW_PX = 27;

export function FamilyTable({ family, loaded, columns }: Props) {
  const [{ sort = "index", result }, change] = useResultsSearch();
  const descending = sort.startsWith("-");
  const by = descending ? sort.slice(1) : sort;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a family grows in place
  const rows = useMemo(() => sortedRows(family, by, descending), [family, loaded, by, descending]);
  const numeric = new Set(numericColumns(family));
  const place = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => place.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
  });
  const all = ["key", ...columns, "time"];
  const grid = `minmax(110px, 1.2fr) ${columns.map(() => "minmax(104px, 1fr)").join(" ")} 116px`;
  const width = { gridTemplateColumns: grid, minWidth: 226 + columns.length * 104 };
  const order = (column: string) =>
    change({ sort: column === by && !descending ? `-${by}` : column });
  return (
    <section className={styles.place} ref={place} tabIndex={0} aria-label={family.name}>
      <table className={styles.table} aria-rowcount={rows.length + 1}>
        <thead className={styles.head}>
          <tr className={styles.row} style={width}>
            {all.map((column) => (
              <Head
                key={column}
                column={column}
                sorted={column === by ? (descending ? "descending" : "ascending") : "none"}
                isNumeric={numeric.has(column)}
                sort={() => order(column)}
              />
            ))}
          </tr>
        </thead>
        <tbody
          className={styles.body}
          style={{ height: virtual.getTotalSize(), minWidth: width.minWidth }}
        >
          {virtual.getVirtualItems().map(({ index, start }) => {
            const row = rows[index] as Row;
            const isOpen = row.id === result;
            return (
              <tr
                key={row.id}
                aria-rowindex={index + 2}
                className={`${styles.row} ${styles.one}`}
                data-open={isOpen}
                style={{ ...width, transform: `translateY(${start}px)`, height: ROW_PX }}
              >
                <td className={styles.cell}>
                  <button
                    type="button"
                    className="mono"
                    aria-expanded={isOpen}
                    onClick={() => change({ result: isOpen ? undefined : row.id })}
                  >
                    {row.key}
                  </button>
                </td>
                {columns.map((path) => (
                  <Value key={path} cell={row.cells[path]} isNumeric={numeric.has(path)} />
                ))}
                <td className={`${styles.cell} dim number`}>{clockMs(row.timestamp)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

type HeadProps = {
  column: string;
  sorted: "ascending" | "descending" | "none";
  isNumeric: boolean;
  sort: () => void;
};

function Head({ column, sorted, isNumeric, sort }: HeadProps) {
  return (
    <th scope="col" aria-sort={sorted} className={styles.cell} data-numeric={isNumeric}>
      <button type="button" onClick={sort} title={column}>
        <span className="clip">{column}</span>
        {sorted === "ascending" && <IconArrowUp size={12} aria-hidden />}
        {sorted === "descending" && <IconArrowDown size={12} aria-hidden />}
      </button>
    </th>
  );
}

function Value({ cell, isNumeric }: { cell: Cell | undefined; isNumeric: boolean }) {
  const text = cell === undefined ? "" : shown(cell);
  return (
    <td className={`${styles.cell} mono number`} data-numeric={isNumeric} title={text}>
      {text}
    </td>
  );
}

function shown(cell: Cell): string {
  const number = numberOf(cell);
  if (number === null || Number.isInteger(number) || !Number.isFinite(number)) return String(cell);
  return figure(number, 6);
}
