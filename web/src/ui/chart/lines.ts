/** What a chart of lines is given. */
import { figure } from "#util/format";

export type Series = {
  name: string;
  points: readonly (readonly [number, number | null])[];
  /** Its place in the palette. */
  colour: number;
};

/** Least, greatest and last value of each line, in words. */
export function summaryOfLines(series: readonly Series[], xName: string): string {
  const told = series.map(({ name, points }) => `${name}: ${figures(points)}`);
  return `Chart over ${xName}. ${told.join("; ")}`;
}

function figures(points: Series["points"]): string {
  const values = points.map(([, y]) => y).filter((y) => y !== null);
  const last = values[values.length - 1];
  if (last === undefined) return "no values";
  const [least, greatest] = [extreme(values, Math.min), extreme(values, Math.max)];
  return `${values.length} values from ${figure(least)} to ${figure(greatest)}, last ${figure(last)}`;
}

function extreme(values: readonly number[], choose: (a: number, b: number) => number): number {
  return values.reduce((a, b) => choose(a, b));
}
