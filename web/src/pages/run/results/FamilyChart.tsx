/** Numeric columns over the index, or over what counts the results. */

import { Switch } from "@mantine/core";
import { lazy, Suspense, useMemo } from "react";
import { type Series, summaryOfLines } from "#ui/chart/lines";
import { colourOf } from "#ui/chart/palette";
import { useIsDark } from "#ui/chart/useIsDark";
import { EmptyState, LoadingState } from "#ui/States";
import { axisOf, type Family, pointsOf } from "#util/families";
import styles from "./Results.module.css";
import { useResultsSearch } from "./search";

const LineChart = lazy(() => import("#ui/chart/LineChart"));

type Props = {
  family: Family;
  loaded: number;
  /** What the results count themselves by. */
  counter: string | undefined;
  offered: readonly string[];
  chosen: readonly string[];
};

export function FamilyChart({ family, loaded, counter, offered, chosen }: Props) {
  const [{ scale }, change] = useResultsSearch();
  const picked = chosen.join("\n");
  // biome-ignore lint/correctness/useExhaustiveDependencies: a family grows in place
  const series = useMemo(
    () => linesOf(family, counter, offered, picked.split("\n")),
    [family, loaded, counter, picked],
  );
  const xName = axisOf([family], counter);
  if (offered.length === 0) {
    return <EmptyState title="Nothing to draw">These results hold no numbers.</EmptyState>;
  }
  const toggle = (path: string) =>
    change({ columns: offered.filter((one) => (one === path) !== chosen.includes(one)) });
  return (
    <>
      <fieldset className={styles.legend} aria-label="Columns">
        {offered.map((path, at) => (
          <Pick
            key={path}
            path={path}
            colour={at}
            on={chosen.includes(path)}
            toggle={() => toggle(path)}
          />
        ))}
        <span className={styles.grow} />
        <Switch
          size="xs"
          label="Log scale"
          checked={scale === "log"}
          onChange={(event) => change({ scale: event.currentTarget.checked ? "log" : undefined })}
        />
      </fieldset>
      <div className={styles.chart}>
        <Suspense fallback={<LoadingState />}>
          <LineChart
            series={series}
            logarithmic={scale === "log"}
            xName={xName}
            summary={summaryOfLines(series, xName)}
          />
        </Suspense>
      </div>
    </>
  );
}

function linesOf(
  family: Family,
  counter: string | undefined,
  offered: readonly string[],
  chosen: readonly string[],
): Series[] {
  return chosen
    .filter((path) => family.columns.has(path))
    .map((path) => ({
      name: path,
      points: pointsOf(family, path, counter),
      colour: offered.indexOf(path),
    }));
}

type PickProps = { path: string; colour: number; on: boolean; toggle: () => void };

function Pick({ path, colour, on, toggle }: PickProps) {
  const dark = useIsDark();
  return (
    <button type="button" className={styles.pick} aria-pressed={on} onClick={toggle}>
      <span
        className={styles.swatch}
        style={{ background: on ? colourOf(colour, dark) : undefined }}
      />
      <span className="mono">{path}</span>
    </button>
  );
}
