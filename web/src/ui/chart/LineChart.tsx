/** Lines over numbers. A heavy part: import it with `lazy()`. */
import { LineChart as Lines } from "echarts/charts";
import { DataZoomComponent, GridComponent, TooltipComponent } from "echarts/components";
import { type EChartsType, init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";
import styles from "./LineChart.module.css";
import type { Series } from "./lines";
import { optionOf } from "./option";
import { useIsDark } from "./useIsDark";

use([Lines, GridComponent, TooltipComponent, DataZoomComponent, CanvasRenderer]);

type Props = {
  series: readonly Series[];
  /** What is said to people who cannot see it. */
  summary: string;
  logarithmic?: boolean;
  xName?: string;
};

export default function LineChart({ series, summary, logarithmic = false, xName = "" }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType | null>(null);
  const dark = useIsDark();
  useEffect(() => {
    const element = place.current as HTMLDivElement;
    const made = init(element);
    chart.current = made;
    const observer = new ResizeObserver(() => made.resize());
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.dispose();
    };
  }, []);
  useEffect(() => {
    const look = getComputedStyle(place.current as HTMLDivElement);
    const option = optionOf(series, { logarithmic, xName, dark, look });
    chart.current?.setOption(option, { replaceMerge: ["series"] });
  }, [series, logarithmic, xName, dark]);
  return <div ref={place} className={styles.chart} role="img" aria-label={summary} />;
}
