/** Results that share a shape, as a table or as a chart; live while the run works. */
import { Button, Menu, Select } from "@mantine/core";
import { IconColumns } from "@tabler/icons-react";
import type { RunDetails } from "#api/runs";
import { useRunFeed } from "#live/hooks";
import { MOST_ROWS, type RowsState, useResultRows } from "#live/resultRows";
import { EmptyState, ErrorState, LoadingState } from "#ui/States";
import { columnWorthShowing, counterOf, type Family, numericColumns } from "#util/families";
import { count, plural } from "#util/format";
import { isFinal } from "#util/status";
import { FamilyChart } from "./FamilyChart";
import { FamilyTable } from "./FamilyTable";
import styles from "./Results.module.css";
import { useResultsSearch } from "./search";

type Props = { run: RunDetails; view: "table" | "chart" };

export default function FamilyView({ run, view }: Props) {
  const { state } = useRunFeed(run.id);
  const total = Math.max(state.resultCount ?? 0, run.result_count);
  const rows = useResultRows([{ id: run.id, count: total }]).get(run.id);
  const [{ group }] = useResultsSearch();
  if (!rows || (rows.loaded === 0 && !rows.complete && !rows.error))
    return <LoadingState rows={8} />;
  if (rows.error) return <ErrorState error={rows.error} />;
  const families = rows.families.list();
  const family = families.find(({ name }) => name === group) ?? families[0];
  if (!family) return <EmptyState title={isFinal(run.status) ? "No results" : "No results yet"} />;
  return <OfFamily rows={rows} families={families} family={family} view={view} />;
}

type Chosen = {
  rows: RowsState;
  families: readonly Family[];
  family: Family;
  view: "table" | "chart";
};

function OfFamily({ rows, families, family, view }: Chosen) {
  const [{ columns }, change] = useResultsSearch();
  const counter = view === "chart" ? counterOf([family]) : undefined;
  const all = view === "chart" ? numericColumns(family) : [...family.columns.keys()];
  const offered = all.filter((path) => path !== counter);
  const asked = columns?.filter((path) => offered.includes(path));
  const chosen = asked?.length ? asked : chosenAtFirst(family, offered, view, counter);
  return (
    <>
      <div className={styles.facts}>
        <Select
          aria-label="Results"
          w={210}
          searchable={families.length > 8}
          allowDeselect={false}
          data={families.map(({ name, rows }) => ({
            value: name,
            label: `${name} (${count(rows.length)})`,
          }))}
          value={family.name}
          onChange={(name) =>
            change({ group: name ?? undefined, columns: undefined, sort: undefined })
          }
        />
        {view === "table" && (
          <Columns
            offered={offered}
            chosen={chosen}
            choose={(columns) => change({ columns: columns.length ? columns : undefined })}
          />
        )}
        <span className={styles.grow} />
        <span className="dim number" role="status">
          {told(rows, family)}
        </span>
      </div>
      {view === "table" ? (
        <FamilyTable family={family} loaded={rows.loaded} columns={chosen} />
      ) : (
        <FamilyChart
          family={family}
          loaded={rows.loaded}
          counter={counter}
          offered={offered}
          chosen={chosen}
        />
      )}
    </>
  );
}

function chosenAtFirst(
  family: Family,
  offered: string[],
  view: "table" | "chart",
  counter: string | undefined,
): string[] {
  if (view === "table") return offered.slice(0, 12);
  const telling = columnWorthShowing(family, counter);
  return telling === undefined ? [] : [telling];
}

function told({ cut, complete, loaded }: RowsState, family: Family): string {
  if (cut) return `the first ${count(MOST_ROWS)} results; the export has all`;
  return complete ? plural(family.rows.length, "row") : `${count(loaded)} read …`;
}

type ColumnsProps = {
  offered: readonly string[];
  chosen: readonly string[];
  choose: (columns: string[]) => void;
};

function Columns({ offered, chosen, choose }: ColumnsProps) {
  const toggle = (path: string) =>
    choose(offered.filter((one) => (one === path ? !chosen.includes(one) : chosen.includes(one))));
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <Button variant="default" leftSection={<IconColumns size={14} />}>
          Columns {chosen.length}/{offered.length}
        </Button>
      </Menu.Target>
      <Menu.Dropdown className={styles.choices}>
        {offered.map((path) => (
          <Menu.CheckboxItem
            key={path}
            checked={chosen.includes(path)}
            onChange={() => toggle(path)}
          >
            <span className="mono">{path}</span>
          </Menu.CheckboxItem>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
