import { LineChart } from "echarts/charts";
import { DataZoomComponent, GridComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { expect, test } from "vitest";
import { optionOf } from "./option";

use([LineChart, GridComponent, TooltipComponent, DataZoomComponent, SVGRenderer]);

const look = { getPropertyValue: () => "" };
const WIDTH = 600;

/** Where a chart of these positions shows the last one. */
function lastPixel(positions: number[]): number {
  const chart = init(null, null, { renderer: "svg", ssr: true, width: WIDTH, height: 300 });
  const points = positions.map((x) => [x, x] as const);
  chart.setOption(
    optionOf([{ name: "a", points, colour: 0 }], {
      logarithmic: false,
      xName: "",
      dark: false,
      look,
    }),
  );
  const [pixel] = chart.convertToPixel("grid", [Math.max(...positions), 0]) as number[];
  chart.dispose();
  return pixel as number;
}

test("an axis ends at the last point", () => {
  expect(lastPixel([10, 20, 41])).toBeGreaterThan(WIDTH - 40);
  expect(lastPixel([0, 1, 2, 63])).toBeGreaterThan(WIDTH - 40);
});
