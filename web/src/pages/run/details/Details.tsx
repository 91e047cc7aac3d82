/** What a run ran with and what it used. */
import { Collapse, UnstyledButton } from "@mantine/core";
import { type ReactNode, useState } from "react";
import type { RunDetails } from "#api/runs";
import { Breakable } from "#ui/Breakable";
import { exactBytes, exactTime } from "#util/amounts";
import { absoluteTime, bytes, duration, plural } from "#util/format";
import { Code } from "./Code";
import styles from "./Details.module.css";
import { UsageCharts } from "./UsageCharts";

type Git = {
  commit?: string;
  branch?: string;
  dirty?: boolean;
  diff?: string;
  diff_truncated?: boolean;
  untracked?: string[];
};

export function Details({ run }: { run: RunDetails }) {
  const { git, packages, environment_names: names, hardware, ...rest } = run.metadata;
  return (
    <div className={styles.details} tabIndex={0}>
      <div className={styles.column}>
        <Section title="Used">
          <UsageCharts run={run} />
        </Section>
        <Section title="Run">
          <Facts of={factsOf(run)} />
        </Section>
        <Section title="Code">
          <CodeOf git={git as Git | null | undefined} />
        </Section>
      </div>
      <div className={styles.column}>
        <Section title="Configuration">
          <Facts of={flat(run.configuration)} />
        </Section>
        <Section title="Surroundings">
          <Facts of={flat({ ...withoutFacts(rest), ...sized(hardware) })} />
        </Section>
      </div>
      {packages !== undefined && (
        <Folded title={plural(Object.keys(packages as object).length, "package")}>
          <Facts of={Object.entries(packages as Record<string, string>)} />
        </Folded>
      )}
      {Array.isArray(names) && (
        <Folded title={plural(names.length, "environment variable")}>
          <p className={`mono ${styles.names}`}>{names.join("  ")}</p>
        </Folded>
      )}
    </div>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="panel" aria-label={title}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

function Folded({ title, children }: { title: string; children: ReactNode }) {
  const [open, setOpen] = useState(false);
  return (
    <section className={`panel ${styles.wide}`}>
      <UnstyledButton className={styles.fold} aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? "▾" : "▸"} {title}
      </UnstyledButton>
      <Collapse expanded={open}>{open && children}</Collapse>
    </section>
  );
}

type Pair = readonly [string, unknown];

function Facts({ of }: { of: readonly Pair[] }) {
  if (of.length === 0) return <p className={`dim ${styles.none}`}>Nothing</p>;
  return (
    <dl className={styles.facts}>
      {of.map(([name, value]) => (
        <div key={name}>
          <dt className="dim">
            <Breakable text={name} />
          </dt>
          <dd className="mono">{typeof value === "string" ? value : JSON.stringify(value)}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Nested values by their path: `model.depth`. */
function flat(value: Record<string, unknown>, prefix = ""): Pair[] {
  return Object.entries(value).flatMap(([name, inner]) => {
    const nested = inner !== null && typeof inner === "object" && !Array.isArray(inner);
    const keys = nested ? Object.keys(inner) : [];
    return keys.length > 0
      ? flat(inner as Record<string, unknown>, `${prefix}${name}.`)
      : [[`${prefix}${name}`, inner] as const];
  });
}

function sized(hardware: unknown): Record<string, unknown> {
  const known = (hardware ?? {}) as Record<string, unknown>;
  const { memory_bytes: memory, ...rest } = known;
  return typeof memory === "number" ? { ...rest, memory: bytes(memory) } : rest;
}

/** What the runner noted of the run itself, with its name and its words. */
const NOTED: Record<string, readonly [string, (value: number) => string]> = {
  time_limit_s: ["time limit", exactTime],
  memory_limit_bytes: ["memory limit", exactBytes],
  exit_code: ["exit code", String],
  exit_signal: ["ended by signal", String],
  peak_memory_bytes: ["peak memory", bytes],
  cpu_s: ["processor time", duration],
};

function noted(run: RunDetails): Pair[] {
  return Object.entries(NOTED).flatMap(([key, [name, say]]) => {
    const value = run.metadata[key];
    return typeof value === "number" ? [[name, say(value)] as const] : [];
  });
}

function withoutFacts(metadata: Record<string, unknown>): Record<string, unknown> {
  const others = Object.entries(metadata).filter(([key]) => !(key in NOTED));
  const { duration_s: _, ...rest } = Object.fromEntries(others);
  return rest;
}

/** Its moments, what it was held to, and how it went. */
function factsOf(run: RunDetails): Pair[] {
  const at = (moment: string | null) => (moment === null ? null : absoluteTime(moment));
  const all: Pair[] = [
    ["id", run.id],
    ["attempt", run.attempt],
    ["made", at(run.inserted_at)],
    ["queued", at(run.queued_at)],
    ["started", at(run.started_at)],
    ["cancel asked for", at(run.cancel_requested_at)],
    ["force asked for", at(run.force_requested_at)],
    ["ended", at(run.completed_at)],
    ["duration", run.duration_s === null ? null : duration(run.duration_s)],
    ["GPUs", run.gpus.length > 0 ? run.gpus.join(", ") : null],
    ["GPUs asked for", run.gpus_asked || null],
    ...noted(run),
  ];
  return all.filter(([, value]) => value !== null);
}

function CodeOf({ git }: { git: Git | null | undefined }) {
  if (!git) return <p className={`dim ${styles.none}`}>Not in a git repository.</p>;
  const untracked = git.untracked ?? [];
  const facts: Pair[] = [
    ["commit", git.commit ?? "none yet"],
    ["branch", git.branch ?? "–"],
    ["changes", git.dirty ? "uncommitted" : "none"],
  ];
  if (untracked.length > 0) facts.push(["untracked", untracked.join(" ")]);
  return (
    <>
      <Facts of={facts} />
      {git.diff && <Code diff={git.diff} isCut={git.diff_truncated === true} />}
      {!git.diff && git.diff_truncated && (
        <p className={`dim ${styles.none}`}>Git took too long to tell what was changed.</p>
      )}
    </>
  );
}
