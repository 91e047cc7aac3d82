/** A value as pretty JSON, line by line. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { useMemo, useRef } from "react";
import type { Json } from "#util/json";
import styles from "./Tree.module.css";

/** A line of a megabyte would freeze the page. */
const LONGEST = 4000;

function pieces(line: string): string[] {
  if (line.length <= LONGEST) return [line];
  const count = Math.ceil(line.length / LONGEST);
  return Array.from({ length: count }, (_, at) => line.slice(at * LONGEST, (at + 1) * LONGEST));
}

export function RawView({ value }: { value: Json }) {
  const lines = useMemo(() => JSON.stringify(value, null, 2).split("\n").flatMap(pieces), [value]);
  const place = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => place.current,
    estimateSize: () => 18,
    overscan: 30,
  });
  return (
    <section className={`mono ${styles.place}`} ref={place} tabIndex={0} aria-label="JSON">
      <div className={styles.rows} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start, key }) => (
          <div
            key={key}
            ref={virtual.measureElement}
            data-index={index}
            className={`${styles.row} ${styles.line}`}
            style={{ transform: `translateY(${start}px)` }}
          >
            {lines[index]}
          </div>
        ))}
      </div>
    </section>
  );
}
