/** Runs, newest first, as many as there are: of one instance, or of all. */
import { IconFileText, IconListDetails } from "@tabler/icons-react";
import { memo, type ReactNode } from "react";
import type { RunOfInstance } from "#api/runs";
import { TextLink } from "#ui/links";
import { ProgressBar } from "#ui/ProgressBar";
import { Duration, RelativeTime } from "#ui/Time";
import { VirtualRows } from "#ui/VirtualRows";
import { reasonOf } from "#util/errors";
import { count, shortId, shortModule } from "#util/format";
import { RunBadge } from "./RunBadge";
import styles from "./RunsTable.module.css";
import type { Selection } from "./selection";

const ROW_PX = 35;
const COVERED_PX = 44 + 30;

/** Key figures by run id: the text of each column. */
export type Figures = { names: readonly string[]; of: (runId: string) => readonly ReactNode[] };

type Props = {
  runs: readonly RunOfInstance[];
  selection: Selection;
  more: () => void;
  /** With instance and experiment. */
  ofAll?: boolean;
  figures?: Figures;
};

const NO_FIGURES: Figures = { names: [], of: () => [] };

export function RunsTable({ runs, selection, more, ofAll = false, figures = NO_FIGURES }: Props) {
  const { ids, toggle } = selection;
  const columns = { "--figures": figures.names.length } as React.CSSProperties;
  const kind = `${ofAll ? styles.ofAll : styles.ofOne} ${figures.names.length > 0 ? styles.withFigures : ""}`;
  return (
    <div
      role="table"
      aria-label="Runs"
      aria-rowcount={-1}
      className={`${styles.table} ${kind}`}
      style={columns}
    >
      <Head runs={runs} selection={selection} ofAll={ofAll} names={figures.names} />
      <div role="rowgroup">
        <VirtualRows
          items={runs}
          estimate={ROW_PX}
          covered={COVERED_PX}
          more={more}
          row={(run, at) => (
            <Row
              run={run}
              at={at}
              ofAll={ofAll}
              chosen={ids.has(run.id)}
              toggle={toggle}
              figures={figures}
            />
          )}
        />
      </div>
    </div>
  );
}

type HeadProps = Pick<Props, "runs" | "selection"> & { ofAll: boolean; names: readonly string[] };

function Head({ runs, selection, ofAll, names }: HeadProps) {
  const chosen = runs.filter(({ id }) => selection.ids.has(id)).length;
  const all = runs.length > 0 && chosen === runs.length;
  return (
    <div role="rowgroup" className={styles.head}>
      <div role="row" className={styles.row} aria-rowindex={1}>
        <span role="columnheader" className={styles.box}>
          <input
            type="checkbox"
            aria-label="Choose all that are loaded"
            checked={all}
            ref={(box) => {
              if (box) box.indeterminate = chosen > 0 && !all;
            }}
            onChange={() => selection.set(all ? [] : runs.map(({ id }) => id))}
          />
          <span className={styles.all} aria-hidden="true">
            All that are loaded
          </span>
        </span>
        <Heading className={styles.run}>Run</Heading>
        {ofAll && <Heading className={styles.instance}>Instance</Heading>}
        {ofAll && <Heading className={styles.experiment}>Experiment</Heading>}
        <Heading className={styles.status}>Status</Heading>
        <Heading className={styles.started}>Started</Heading>
        <Heading className={styles.completed}>Completed</Heading>
        <Heading className={styles.duration}>Duration</Heading>
        <Heading className={styles.progress}>Progress</Heading>
        {names.map((name) => (
          <Heading key={name} className={styles.figure}>
            <span title={name}>{shortFigure(name)}</span>
          </Heading>
        ))}
        <Heading className={styles.logs}>Logs</Heading>
        <Heading className={styles.results}>Results</Heading>
      </div>
    </div>
  );
}

function Heading({ className, children }: { className?: string; children: ReactNode }) {
  return (
    <span role="columnheader" className={className}>
      {children}
    </span>
  );
}

function shortFigure(path: string): string {
  return path.replace(/^(summary|return_value)\./, "");
}

type RowProps = {
  run: RunOfInstance;
  at: number;
  ofAll: boolean;
  chosen: boolean;
  toggle: Selection["toggle"];
  figures: Figures;
};

const Row = memo(function Row({ run, at, ofAll, chosen, toggle, figures }: RowProps) {
  const { id } = run;
  return (
    <div
      role="row"
      className={styles.row}
      data-row={id}
      data-chosen={chosen || undefined}
      aria-rowindex={at + 2}
    >
      <span role="cell" className={styles.box}>
        <input
          type="checkbox"
          aria-label={`Choose run ${shortId(id)}`}
          checked={chosen}
          onChange={({ nativeEvent }) =>
            toggle(id, nativeEvent instanceof MouseEvent && nativeEvent.shiftKey)
          }
        />
      </span>
      <span role="cell" className={styles.run}>
        <TextLink to="/runs/$id" params={{ id }} className="mono" data-main>
          {shortId(id)}
        </TextLink>
      </span>
      {ofAll && <OfWhat run={run} />}
      <span role="cell" className={styles.status}>
        <RunBadge run={run} />
      </span>
      <span role="cell" className={`dim ${styles.started}`}>
        <RelativeTime at={run.started_at} />
      </span>
      <span role="cell" className={`dim ${styles.completed}`}>
        <RelativeTime at={run.completed_at} />
      </span>
      <span role="cell" className={styles.duration}>
        <Duration seconds={run.duration_s} since={run.started_at} />
      </span>
      <span role="cell" className={styles.progress}>
        <Standing run={run} />
      </span>
      {figures.of(id).map((figure, column) => (
        <span key={figures.names[column]} role="cell" className={`number ${styles.figure}`}>
          {figure}
        </span>
      ))}
      <Output run={run} />
    </div>
  );
});

function OfWhat({ run }: { run: RunOfInstance }) {
  return (
    <>
      <span role="cell" className={`clip ${styles.instance}`}>
        <TextLink to="/experiments/$id" params={{ id: run.instance_id }} title={run.instance_name}>
          {run.instance_name}
        </TextLink>
      </span>
      <span
        role="cell"
        className={`mono dim clip ${styles.experiment}`}
        title={run.experiment_module}
      >
        {shortModule(run.experiment_module)}
      </span>
    </>
  );
}

/** How far it is, what it waits for, or why it failed. */
function Standing({ run }: { run: RunOfInstance }) {
  const { status, progress, error, waits_for: waitsFor } = run;
  if (status === "failed" && error)
    return (
      <span className={`clip ${styles.error}`} title={error.slice(0, 1000)}>
        {reasonOf(error)}
      </span>
    );
  if (status === "pending" && waitsFor) return <span className="dim clip">{waitsFor}</span>;
  if (!progress || status === "completed") return null;
  return <ProgressBar {...progress} label={`Progress of run ${shortId(run.id)}`} />;
}

function Output({ run }: { run: RunOfInstance }) {
  const params = { id: run.id };
  return (
    <>
      <span role="cell" className={styles.logs}>
        <TextLink to="/runs/$id" params={params} search={{ tab: "logs" }} className={styles.output}>
          <IconFileText size={14} aria-hidden />
          <span className="number">{count(run.log_counts.total)}</span>
          <span className={styles.word}> logs of {shortId(run.id)}</span>
        </TextLink>
      </span>
      <span role="cell" className={styles.results}>
        <TextLink
          to="/runs/$id"
          params={params}
          search={{ tab: "results" }}
          className={styles.output}
        >
          <IconListDetails size={14} aria-hidden />
          <span className="number">{count(run.result_count)}</span>
          <span className={styles.word}> results of {shortId(run.id)}</span>
        </TextLink>
      </span>
    </>
  );
}
