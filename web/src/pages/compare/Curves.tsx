/** A numeric field of results that share a shape, one line a run. */

import { Select, Switch } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { lazy, Suspense, useMemo, useState } from "react";
import type { Run } from "#api/runs";
import { type RowsState, useResultRows } from "#live/resultRows";
import { type Series, summaryOfLines } from "#ui/chart/lines";
import { colourOf } from "#ui/chart/palette";
import { useIsDark } from "#ui/chart/useIsDark";
import { EmptyState, ErrorState, LoadingState } from "#ui/States";
import {
  axisOf,
  columnWorthShowing,
  counterOf,
  type Family,
  numericColumns,
  pointsOf,
} from "#util/families";
import { shortId } from "#util/format";
import styles from "./Compare.module.css";

const LineChart = lazy(() => import("#ui/chart/LineChart"));
const route = getRouteApi("/compare");
/** Fewer are no curve. */
const FEWEST = 2;

type Props = { runs: readonly Run[]; names: Record<string, string> };

export default function Curves({ runs, names }: Props) {
  const { group, column, scale } = route.useSearch();
  const navigate = route.useNavigate();
  const rows = useResultRows(runs.map(({ id, result_count: count }) => ({ id, count })));
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const states = [...rows.values()];
  const groups = groupsOf(states);
  const chosen = group && groups.includes(group) ? group : groups[0];
  const families = states.flatMap(({ families }) => families.byName.get(chosen ?? "") ?? []);
  const counter = counterOf(families);
  const numeric = new Set(families.flatMap(numericColumns));
  const offered = [...numeric].filter((path) => path !== counter);
  const path = column && offered.includes(column) ? column : firstOf(families, counter);
  const read = states.map(({ loaded }) => loaded).join();
  const shown = runs.filter(({ id }) => !hidden.has(id));
  const shownIds = shown.map(({ id }) => id).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: families grow in place
  const series = useMemo(
    () =>
      linesOf(runs, names, rows, chosen, path, counter).filter(({ id }) => shownIds.includes(id)),
    [read, chosen, path, counter, shownIds],
  );
  const xName = axisOf(families, counter);
  const error = states.find((state) => state.error)?.error;
  if (error) return <ErrorState error={error} />;
  if (!states.length || (!chosen && states.some(({ complete }) => !complete)))
    return <LoadingState />;
  if (!chosen || !path) {
    return (
      <EmptyState title="No curves">
        These runs have no results that share a shape and hold numbers.
      </EmptyState>
    );
  }
  const toggle = (id: string) =>
    setHidden((now) => {
      const next = new Set(now);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  const change = (changed: object) =>
    void navigate({ search: (before) => ({ ...before, ...changed }), replace: true });
  return (
    <>
      <div className={styles.choices}>
        <Select
          aria-label="Results"
          w={190}
          allowDeselect={false}
          data={groups}
          value={chosen}
          onChange={(value) => change({ group: value ?? undefined, column: undefined })}
        />
        <Select
          aria-label="Field"
          w={190}
          searchable
          allowDeselect={false}
          data={offered}
          value={path}
          onChange={(value) => change({ column: value ?? undefined })}
        />
        <Switch
          size="xs"
          label="Log scale"
          checked={scale === "log"}
          onChange={(event) => change({ scale: event.currentTarget.checked ? "log" : undefined })}
        />
        <div className={styles.legend}>
          <Legend runs={runs} names={names} hidden={hidden} toggle={toggle} />
        </div>
      </div>
      <div className={styles.chart}>
        <Suspense fallback={<LoadingState />}>
          <LineChart
            series={series}
            logarithmic={scale === "log"}
            xName={xName}
            summary={`${path}. ${summaryOfLines(series, xName)}`}
          />
        </Suspense>
      </div>
    </>
  );
}

type LegendProps = Props & { hidden: ReadonlySet<string>; toggle: (id: string) => void };

function Legend({ runs, names, hidden, toggle }: LegendProps) {
  const dark = useIsDark();
  return runs.map(({ id }, at) => (
    <button
      key={id}
      type="button"
      className={styles.pick}
      aria-pressed={!hidden.has(id)}
      onClick={() => toggle(id)}
    >
      <span
        className={styles.swatch}
        style={{ background: hidden.has(id) ? undefined : colourOf(at, dark) }}
      />
      <span className="clip">{names[id]}</span>
    </button>
  ));
}

/** Those with curves, the longest first. */
function groupsOf(states: readonly RowsState[]): string[] {
  const sizes = new Map<string, number>();
  for (const { families } of states) {
    for (const { name, rows, columns } of families.byName.values()) {
      const drawable =
        rows.length >= FEWEST && [...columns.values()].some(({ numbers }) => numbers > 0);
      if (drawable) sizes.set(name, Math.max(rows.length, sizes.get(name) ?? 0));
    }
  }
  return [...sizes].sort((a, b) => b[1] - a[1]).map(([name]) => name);
}

function firstOf(families: readonly Family[], counter: string | undefined): string | undefined {
  return families
    .map((family) => columnWorthShowing(family, counter))
    .find((path) => path !== undefined);
}

function linesOf(
  runs: readonly Run[],
  names: Record<string, string>,
  rows: ReadonlyMap<string, RowsState>,
  group: string | undefined,
  path: string | undefined,
  counter: string | undefined,
): (Series & { id: string })[] {
  return runs.flatMap(({ id }, colour) => {
    const family = rows.get(id)?.families.byName.get(group ?? "");
    if (!family || path === undefined || !family.columns.has(path)) return [];
    const name = `${names[id]} ${shortId(id)}`;
    return [{ id, name, colour, points: pointsOf(family, path, counter) }];
  });
}
