/** From lines to what ECharts wants; colours come from the CSS variables. */
import type { EChartsCoreOption } from "echarts/core";
import { figure } from "#util/format";
import type { Series } from "./lines";
import { colourOf, isDashed } from "./palette";

type Look = Pick<CSSStyleDeclaration, "getPropertyValue">;
type How = { logarithmic: boolean; xName: string; dark: boolean; look: Look };
const FEW = 60;

export function optionOf(series: readonly Series[], how: How): EChartsCoreOption {
  const colour = (name: string) => how.look.getPropertyValue(name).trim();
  const [text, dim, line] = ["text", "dimmed"]
    .map((name) => colour(`--mantine-color-${name}`))
    .concat(colour("--line"));
  const axis = {
    axisLabel: { color: dim, fontSize: 11 },
    axisLine: { lineStyle: { color: line } },
    splitLine: { lineStyle: { color: line } },
  };
  return {
    animation: false,
    grid: { left: 8, right: 18, top: 14, bottom: 22, containLabel: true },
    tooltip: {
      trigger: "axis",
      confine: true,
      backgroundColor: colour("--surface"),
      borderColor: line,
      textStyle: { color: text, fontSize: 12 },
      valueFormatter: (value: unknown) => (typeof value === "number" ? figure(value) : "–"),
      axisPointer: { lineStyle: { color: dim }, label: { formatter: position } },
      extraCssText: WRAPPED,
    },
    xAxis: {
      ...axis,
      type: "value",
      scale: true,
      max: "dataMax",
      name: how.xName,
      nameLocation: "middle",
      nameGap: 26,
      nameTextStyle: { color: dim, fontSize: 11 },
      splitLine: { show: false },
      minInterval: 1,
    },
    yAxis: { ...axis, type: how.logarithmic ? "log" : "value", scale: true },
    dataZoom: [{ type: "inside", filterMode: "none", zoomOnMouseWheel: "ctrl" }],
    series: series.map((one) => lineOf(one, how)),
  };
}

/** Names may be longer than a chart is wide. */
const WRAPPED = "max-width: min(360px, 80vw); white-space: normal; overflow-wrap: anywhere";

function position({ value }: { value: unknown }): string {
  return typeof value === "number" ? figure(value) : String(value);
}

function lineOf({ name, points, colour }: Series, { logarithmic, dark }: How) {
  const stroke = colourOf(colour, dark);
  return {
    type: "line",
    name,
    data: logarithmic ? points.map(([x, y]) => [x, y !== null && y > 0 ? y : null]) : points,
    showSymbol: points.length <= FEW,
    symbolSize: 5,
    sampling: "lttb",
    itemStyle: { color: stroke },
    lineStyle: { color: stroke, width: 1.6, type: isDashed(colour) ? "dashed" : "solid" },
    emphasis: { disabled: true },
  };
}
