import { describe, expect, test } from "vitest";
import type { InstanceInList } from "#api/instances";
import type { RunOfInstance } from "#api/runs";
import * as fold from "./fold";

const run = (id: string, more = {}): RunOfInstance =>
  ({
    id,
    instance_id: "i1",
    instance_name: "Baseline",
    experiment_module: "experiments.lab:probe",
    status: "running",
    inserted_at: "2026-01-02T00:00:00Z",
    updated_at: "2026-01-02T00:00:00Z",
    queued_at: "2026-01-02T00:00:00Z",
    started_at: `2026-01-02T00:00:0${id.length}Z`,
    ...more,
  }) as unknown as RunOfInstance;

const instance = (id: string, name: string, at: string | null = null, more = {}): InstanceInList =>
  ({
    id,
    name,
    experiment_module: "experiments.lab:probe",
    updated_at: "2026-01-01T00:00:00Z",
    stats: { run_count: 0, last_run_at: at, last_run_status: at && "completed" },
    ...more,
  }) as unknown as InstanceInList;

const pages = <T>(...items: T[][]) => ({
  pages: items.map((some, at) => ({ items: some, next: at + 1 < items.length ? `${at}` : null })),
  pageParams: items.map(() => null),
});
const open = <T>(items: T[]) => ({ pages: [{ items, next: "more" }], pageParams: [null] });
const ids = (known: { pages: { items: { id: string }[] }[] }) =>
  known.pages.map(({ items }) => items.map(({ id }) => id).join("")).join("|");

describe("a list of runs", () => {
  const known = pages([run("e"), run("c")], [run("b")]);

  test("takes a new run in its place, newest first", () => {
    expect(ids(fold.runsWith(known, run("f"), {}))).toBe("fec|b");
    expect(ids(fold.runsWith(known, run("d"), {}))).toBe("edc|b");
    expect(ids(fold.runsWith(known, run("a"), {}))).toBe("ec|ba");
  });

  test("leaves out what lies beyond what is loaded", () => {
    expect(ids(fold.runsWith(open([run("e")]), run("a"), {}))).toBe("e");
  });

  test.each([
    [{ status: ["failed" as const] }, "status"],
    [{ instance_id: "i2" }, "instance"],
    [{ experiment: "other" }, "experiment"],
    [{ name: "sweep" }, "name"],
    [{ since: "2026-02-01T00:00:00Z" }, "since"],
    [{ until: "2026-01-01T00:00:00Z" }, "until"],
  ])("does not take what does not fit %o", (filter, _) => {
    expect(ids(fold.runsWith(known, run("f"), filter))).toBe("ec|b");
  });

  test("takes what fits all filters, the short name of an experiment and any case", () => {
    const filter = { status: ["running" as const], experiment: "probe", name: "base" };
    expect(ids(fold.runsWith(known, run("f"), filter))).toBe("fec|b");
  });

  test("loses a run that left its status", () => {
    const failed = run("c", { status: "failed" });
    expect(ids(fold.runsWith(known, failed, { status: ["running"] }))).toBe("e|b");
  });

  test("keeps an end, whatever the clock said of what came before", () => {
    const at = { completed_at: "2026-01-02T00:01:00Z" };
    const ended = pages([run("e", { status: "completed", ...at })]);
    const late = run("e", { status: "running", updated_at: "2026-01-03T00:00:00Z" });
    expect(fold.runsWith(ended, late, {}).pages[0]?.items[0]?.status).toBe("completed");
    const early = run("e", { status: "failed", updated_at: "2026-01-01T00:00:00Z", ...at });
    expect(fold.runsWith(known, early, {}).pages[0]?.items[0]?.status).toBe("failed");
  });

  test("keeps the newer state, whichever comes last", () => {
    const old = run("e", { status: "pending", updated_at: "2026-01-01T00:00:00Z" });
    expect(fold.runsWith(known, old, {}).pages[0]?.items[0]?.status).toBe("running");
  });

  test("compares moments, however their zone is written", () => {
    const same = run("e", { status: "failed", updated_at: "2026-01-02T00:00:00+00:00" });
    expect(fold.runsWith(known, same, {}).pages[0]?.items[0]?.status).toBe("failed");
  });

  test("lacks only a run of which it is not known whose it is", () => {
    expect(fold.lacks(known, run("f"), {})).toBe(false);
    expect(fold.lacks(known, run("f", { instance_name: undefined }), {})).toBe(true);
    expect(fold.lacks(known, run("c", { instance_name: undefined }), {})).toBe(false);
  });

  test("loses the runs of an instance that is gone", () => {
    const mixed = pages([run("e"), run("c", { instance_id: "i2" })], [run("b")]);
    expect(ids(fold.runsWithoutInstance(mixed, "i1"))).toBe("c|");
  });
});

describe("a list of instances", () => {
  const known = pages(
    [instance("n", "never"), instance("z", "zeta", "2026-01-03")],
    [instance("a", "alpha", "2026-01-02")],
  );

  test("has those that never ran first, then the newest run first", () => {
    expect(ids(fold.instancesWith(known, instance("b", "beta"), {}))).toBe("bnz|a");
    expect(ids(fold.instancesWith(known, instance("b", "beta", "2026-01-02"), {}))).toBe("nz|ab");
  });

  test("moves one that has run to the top", () => {
    const ran = instance("a", "alpha", "2026-01-04");
    expect(ids(fold.instancesWith(known, ran, {}))).toBe("naz|");
  });

  test("leaves one in its place when only its description changed", () => {
    const said = instance("z", "zeta", "2026-01-03", { description: "new" });
    const next = fold.instancesWith(known, said, {});
    expect([ids(next), next.pages[0]?.items[1]?.description]).toEqual(["nz|a", "new"]);
  });

  test("keeps the order that was asked for", () => {
    const byName = pages([instance("a", "alpha"), instance("z", "zeta")]);
    expect(ids(fold.instancesWith(byName, instance("b", "beta"), { sort: "name" }))).toBe("abz");
    const byAge = pages([instance("z", "zeta"), instance("a", "alpha")]);
    expect(ids(fold.instancesWith(byAge, instance("b", "b"), { sort: "created" }))).toBe("zba");
  });

  test("loses what does not fit any more", () => {
    const ran = instance("a", "alpha", "2026-01-02");
    expect(ids(fold.instancesWith(known, ran, { status: ["failed"] }))).toBe("nz|");
    expect(ids(fold.instancesWith(known, ran, { name: "beta" }))).toBe("nz|");
  });
});

describe("what works and waits", () => {
  const known = { runs: [run("a"), run("bb", { status: "pending" })], running: 1, pending: 1 };

  test("counts one that starts, and one that ends", () => {
    const started = fold.activeWith(known, run("bb"));
    expect([started.running, started.pending]).toEqual([2, 0]);
    const ended = fold.activeWith(started, run("a", { status: "failed" }));
    expect([ids(pages(ended.runs)), ended.running]).toEqual(["bb", 1]);
  });

  test("does not hold what is only prepared", () => {
    const prepared = run("c", { status: "pending", queued_at: null });
    expect(fold.activeWith(known, prepared).runs.length).toBe(2);
  });

  test("loses all of an instance that is gone", () => {
    const left = fold.activeWithoutInstance(known, "i1");
    expect(left).toEqual({ runs: [], running: 0, pending: 0 });
  });

  test("has the newest progress", () => {
    const progress = { current: 1, total: 2, percent: 50, message: null, updated_at: null };
    expect(fold.activeWithProgress(known, "a", progress).runs[0]?.progress).toEqual(progress);
  });
});
