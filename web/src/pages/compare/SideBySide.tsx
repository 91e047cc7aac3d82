/** One table: a column a run; figures with the best marked, then what differs. */

import { ActionIcon } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconTrophy, IconX } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Comparison } from "#api/comparison";
import type { Run } from "#api/runs";
import { RunBadge } from "#components/RunBadge";
import { Breakable } from "#ui/Breakable";
import { colourOf } from "#ui/chart/palette";
import { useIsDark } from "#ui/chart/useIsDark";
import { TextLink } from "#ui/links";
import { Duration, RelativeTime } from "#ui/Time";
import { bytes, count, figure, plural, shortId } from "#util/format";
import { peakBytes } from "#util/memory";
import styles from "./Compare.module.css";
import { codeOf, environmentOf, type Field, fieldsOf } from "./fields";
import { BETTER, type Better, bestOf, expectedOf, type Values, withoutSteps } from "./figures";

const route = getRouteApi("/compare");

type Props = { found: Comparison; equal: boolean; remove: (id: string) => void };

export function SideBySide({ found, equal, remove }: Props) {
  const { runs } = found;
  const parts = {
    Configuration: (run: Run) => run.configuration,
    Code: codeOf,
    Environment: environmentOf,
  };
  return (
    <section className={`panel ${styles.scroll}`} tabIndex={0} aria-label="Side by side">
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">
              <span className="dim">{plural(runs.length, "run")}</span>
            </th>
            {runs.map((run, at) => (
              <Head
                colour={at}
                key={run.id}
                run={run}
                name={found.names[run.id] ?? ""}
                remove={() => remove(run.id)}
              />
            ))}
          </tr>
        </thead>
        <Figures found={found} equal={equal} />
        {Object.entries(parts).map(([title, pick]) => (
          <Fields
            key={title}
            title={title}
            fields={fieldsOf(runs, pick)}
            runs={runs}
            equal={equal}
          />
        ))}
      </table>
    </section>
  );
}

type HeadProps = { run: Run; name: string; colour: number; remove: () => void };

function Head({ run, name, colour, remove }: HeadProps) {
  const dark = useIsDark();
  return (
    <th scope="col">
      <div className={styles.head}>
        <span
          className={styles.swatch}
          style={{ background: colourOf(colour, dark) }}
          aria-hidden
        />
        <TextLink
          to="/runs/$id"
          params={{ id: run.id }}
          className={`clip2 ${styles.name}`}
          title={name}
        >
          {name}
        </TextLink>
        <ActionIcon
          size={18}
          variant="subtle"
          color="gray"
          aria-label={`Remove ${name}`}
          onClick={remove}
        >
          <IconX size={13} />
        </ActionIcon>
      </div>
      <div className={styles.about}>
        <RunBadge run={run} />
        <span className={`mono dim ${styles.id}`}>{shortId(run.id)}</span>
      </div>
    </th>
  );
}

function Section({
  title,
  note,
  runs,
  children,
}: {
  title: string;
  note: string;
  runs: number;
  children: ReactNode;
}) {
  return (
    <tbody>
      <tr className={styles.section}>
        <th scope="rowgroup" colSpan={runs + 1}>
          {title} <span className="dim">{note}</span>
        </th>
      </tr>
      {children}
    </tbody>
  );
}

function Figures({ found, equal }: { found: Comparison; equal: boolean }) {
  const { runs } = found;
  const figures = withoutSteps(found.figures as Record<string, Values>);
  const shown = figures.filter(
    ([, values]) =>
      equal || new Set(Object.values(values)).size > 1 || Object.keys(values).length < runs.length,
  );
  return (
    <Section title="Key figures" note={noteOf(figures.length - shown.length)} runs={runs.length}>
      <Plain label="Started" runs={runs} show={(run) => <RelativeTime at={run.started_at} />} />
      <Plain
        label="Duration"
        runs={runs}
        show={(run) => <Duration seconds={run.duration_s} since={run.started_at} />}
      />
      <Plain
        label="Results"
        runs={runs}
        show={(run) => <span className="number">{count(run.result_count)}</span>}
      />
      <Plain label="Peak memory" runs={runs} show={peakMemory} />
      {shown.map(([path, values]) => (
        <FigureRow key={path} path={path} values={values} runs={runs} />
      ))}
    </Section>
  );
}

function Plain({
  label,
  runs,
  show,
}: {
  label: string;
  runs: readonly Run[];
  show: (run: Run) => ReactNode;
}) {
  return (
    <tr>
      <th scope="row">{label}</th>
      {runs.map((run) => (
        <td key={run.id}>{show(run)}</td>
      ))}
    </tr>
  );
}

function peakMemory(run: Run): ReactNode {
  const peak = peakBytes(run);
  return peak !== undefined ? <span className="number">{bytes(peak)}</span> : "–";
}

const ARROWS = { higher: IconArrowUp, lower: IconArrowDown };

function FigureRow({ path, values, runs }: { path: string; values: Values; runs: readonly Run[] }) {
  const { best: chosen = {} } = route.useSearch();
  const navigate = route.useNavigate();
  const better = chosen[path] ?? expectedOf(path);
  const best = bestOf(values, better);
  const Arrow = better === "neither" ? undefined : ARROWS[better];
  const next = BETTER[(BETTER.indexOf(better) + 1) % BETTER.length] as Better;
  const turn = () =>
    void navigate({
      search: (before) => ({ ...before, best: { ...before.best, [path]: next } }),
      replace: true,
    });
  return (
    <tr>
      <th scope="row">
        <div className={styles.figure}>
          <span className="mono">
            <Breakable text={path} />
          </span>
          <ActionIcon
            size={18}
            variant="subtle"
            color="gray"
            className={Arrow ? undefined : styles.ask}
            aria-label={`${Arrow ? "" : "best? "}${path}: ${better} is better`}
            title={better === "neither" ? "Neither is better" : `${better} is better`}
            onClick={turn}
          >
            {Arrow ? <Arrow size={13} /> : "best?"}
          </ActionIcon>
        </div>
      </th>
      {runs.map(({ id }) => (
        <td key={id} className="mono number" data-best={best.has(id)}>
          {shown(values[id])}
          {best.has(id) && <IconTrophy size={13} aria-label="best" className={styles.best} />}
        </td>
      ))}
    </tr>
  );
}

function shown(value: unknown): string {
  if (value === undefined) return "–";
  return typeof value === "number" ? figure(value) : String(value);
}

type FieldsProps = {
  title: string;
  fields: readonly Field[];
  runs: readonly Run[];
  equal: boolean;
};

function Fields({ title, fields, runs, equal }: FieldsProps) {
  const rows = equal ? fields : fields.filter(({ differs }) => differs);
  const hidden = fields.length - rows.length;
  if (fields.length === 0) return null;
  return (
    <Section
      title={title}
      note={rows.length === 0 ? "all equal" : noteOf(hidden)}
      runs={runs.length}
    >
      {rows.map(({ path, values, differs }) => (
        <tr key={path} data-differs={differs && equal}>
          <th scope="row" className="mono">
            <Breakable text={path} />
          </th>
          {runs.map(({ id }) => (
            <td key={id} className={`mono ${styles.value}`}>
              {values.has(id) ? textOf(values.get(id)) : <span className="dim">–</span>}
            </td>
          ))}
        </tr>
      ))}
    </Section>
  );
}

function noteOf(hidden: number): string {
  return hidden > 0 ? `${hidden} equal` : "";
}

function textOf(value: unknown): string {
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) return figure(value as number);
  return typeof value === "string" ? value : JSON.stringify(value);
}
