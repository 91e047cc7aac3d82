/** A small curve from zero up to the largest value, which is written at its height. */
import { type MouseEvent, useState } from "react";
import { duration } from "#util/format";
import styles from "./Details.module.css";

type Props = {
  values: readonly number[];
  /** When each was, in seconds. */
  at: readonly number[];
  label: string;
  say: (value: number) => string;
};

const WIDTH = 400;
const HEIGHT = 64;
const ROOM_FOR_LABEL = 18;

export function Sparkline({ values, at, label, say }: Props) {
  const [chosen, setChosen] = useState<number | null>(null);
  if (values.length < 2) return null;
  const most = Math.max(...values, Number.MIN_VALUE);
  const start = at[0] ?? 0;
  const span = (at[at.length - 1] ?? start) - start || 1;
  const x = (index: number) => (((at[index] ?? start) - start) / span) * WIDTH;
  const y = (value: number) => HEIGHT - (value / most) * (HEIGHT - ROOM_FOR_LABEL);
  const line = values.map((value, index) => `${x(index).toFixed(1)},${y(value).toFixed(1)}`);
  const point = (event: MouseEvent<SVGSVGElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const wanted = start + ((event.clientX - box.left) / box.width) * span;
    setChosen(nearest(at, wanted));
  };
  return (
    <div className={styles.spark}>
      <svg
        role="img"
        aria-label={label}
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        onMouseMove={point}
        onMouseLeave={() => setChosen(null)}
      >
        <polygon
          className={styles.area}
          points={`0,${HEIGHT} ${line.join(" ")} ${WIDTH},${HEIGHT}`}
        />
        <polyline className={styles.curve} points={line.join(" ")} />
        {chosen !== null && (
          <line className={styles.cross} x1={x(chosen)} x2={x(chosen)} y1={0} y2={HEIGHT} />
        )}
      </svg>
      <span className={`dim number ${styles.most}`}>
        {chosen === null
          ? say(most)
          : `${say(values[chosen] ?? 0)} at ${duration((at[chosen] ?? start) - start)}`}
      </span>
    </div>
  );
}

function nearest(at: readonly number[], wanted: number): number {
  let best = 0;
  at.forEach((one, index) => {
    if (Math.abs(one - wanted) < Math.abs((at[best] ?? 0) - wanted)) best = index;
  });
  return best;
}
