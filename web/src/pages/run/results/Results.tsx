/** What a run calls its results: a list, a table, a chart. */
import { Button, Menu, SegmentedControl, Select, TextInput } from "@mantine/core";
import { IconChartLine, IconDownload, IconList, IconSearch, IconTable } from "@tabler/icons-react";
import { lazy, Suspense } from "react";
import { exportUrl } from "#api/logs";
import type { RunDetails } from "#api/runs";
import { useRunFeed } from "#live/hooks";
import { ErrorBoundary } from "#ui/ErrorBoundary";
import { LoadingState } from "#ui/States";
import { plural } from "#util/format";
import { ResultList } from "./ResultList";
import styles from "./Results.module.css";
import { type ResultsSearch, useResultsSearch } from "./search";
import { Value } from "./Value";

const Families = lazy(() => import("./FamilyView"));
const ICONS = { list: IconList, table: IconTable, chart: IconChartLine };
const ORDER_NAMES = [
  { value: "-time", label: "Newest first" },
  { value: "time", label: "Oldest first" },
  { value: "key", label: "Key, A to Z" },
  { value: "-key", label: "Key, Z to A" },
];

export function Results({ run }: { run: RunDetails }) {
  const [{ view = "list", result }, change] = useResultsSearch();
  return (
    <section className={styles.results} aria-label="Results">
      <Toolbar run={run} />
      <div className={styles.panes} data-open={result !== undefined}>
        <div className={styles.pane}>
          <ErrorBoundary>
            <Suspense fallback={<LoadingState />}>
              {view === "list" ? <ResultList run={run} /> : <Families run={run} view={view} />}
            </Suspense>
          </ErrorBoundary>
        </div>
        {result !== undefined && (
          <Value runId={run.id} id={result} close={() => change({ result: undefined })} />
        )}
      </div>
    </section>
  );
}

function Toolbar({ run }: { run: RunDetails }) {
  const [{ view = "list", by = "-time", key = "" }, change] = useResultsSearch();
  const { state } = useRunFeed(run.id);
  return (
    <div className={styles.toolbar}>
      <SegmentedControl
        size="xs"
        aria-label="View"
        value={view}
        onChange={(chosen) => change({ view: chosen as ResultsSearch["view"] })}
        data={(["list", "table", "chart"] as const).map((one) => ({
          value: one,
          label: named(one),
        }))}
      />
      {view === "list" && (
        <>
          <TextInput
            className={styles.search}
            leftSection={<IconSearch size={13} />}
            placeholder="Key begins with"
            aria-label="Key begins with"
            value={key}
            onChange={(event) => change({ key: event.currentTarget.value || undefined })}
          />
          <Select
            w={130}
            aria-label="Order"
            data={ORDER_NAMES}
            value={by}
            allowDeselect={false}
            onChange={(chosen) => change({ by: chosen as ResultsSearch["by"] })}
          />
        </>
      )}
      <span className={styles.grow} />
      <span className={`dim number ${styles.total}`}>
        {plural(Math.max(state.resultCount ?? 0, run.result_count), "result")}
      </span>
      <Export runId={run.id} />
    </div>
  );
}

function named(view: keyof typeof ICONS) {
  const Icon = ICONS[view];
  return (
    <span className={styles.view}>
      <Icon size={14} aria-hidden />
      {view[0]?.toUpperCase() + view.slice(1)}
    </span>
  );
}

const FORMATS = { json: "JSON", csv: "CSV", ndjson: "NDJSON", parquet: "Parquet" } as const;

function Export({ runId }: { runId: string }) {
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" leftSection={<IconDownload size={14} />}>
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {Object.entries(FORMATS).map(([format, label]) => (
          <Menu.Item
            key={format}
            component="a"
            download
            href={exportUrl(runId, format as keyof typeof FORMATS)}
          >
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
