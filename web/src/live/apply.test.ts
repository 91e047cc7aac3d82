import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { beforeEach, expect, test, vi } from "vitest";
import type { Experiments } from "#api/experiments";
import { keys } from "#api/keys";
import { apply } from "./apply";
import type { ActiveRuns } from "./fold";
import { type TopicFrame, topics } from "./frames";

let cache: QueryClient;
const tell = (frame: object) => apply(cache, frame as TopicFrame);
const listOf = (key: readonly unknown[]) =>
  cache
    .getQueryData<{ pages: { items: { id: string }[] }[] }>(key)
    ?.pages.flatMap(({ items }) => items.map(({ id }) => id));
const page = (...items: object[]) => ({ pages: [{ items, next: null }], pageParams: [null] });
const RUN = {
  id: "r1",
  instance_id: "i1",
  instance_name: "a",
  experiment_module: "m:x",
  status: "running",
  updated_at: "2026-01-01T00:00:00Z",
  inserted_at: "2026-01-01T00:00:00Z",
};
const STATS = { run_count: 0, last_run_at: null, last_run_status: null };
const INSTANCE = { id: "i1", name: "a", experiment_module: "m:x", updated_at: "1", stats: STATS };

beforeEach(() => {
  cache = new QueryClient();
});

test("the snapshot of active runs is what is shown", () => {
  const snapshot = { runs: [RUN], running: 1, pending: 4 };
  tell({ event: "subscribed", topic: topics.activeRuns, snapshot });
  expect(cache.getQueryData<ActiveRuns>(keys.activeRuns)).toEqual(snapshot);
});

test("a run reaches its page, under its whole and its short id, and the lists it fits", () => {
  cache.setQueryData(keys.run("r1"), RUN);
  cache.setQueryData(keys.run("short"), RUN);
  cache.setQueryData(keys.runList({}), page());
  cache.setQueryData(keys.runList({ status: ["failed"] }), page());
  const run = { ...RUN, status: "failed", updated_at: "2026-01-02T00:00:00Z" };
  tell({ event: "run_completed", topic: topics.activeRuns, run });
  for (const id of ["r1", "short"])
    expect(cache.getQueryData<typeof RUN>(keys.run(id))?.status).toBe("failed");
  expect(listOf(keys.runList({}))).toEqual(["r1"]);
  expect(listOf(keys.runList({ status: ["failed"] }))).toEqual(["r1"]);
});

test("what was recorded of a run is asked for when it has started and when it has ended", () => {
  vi.useFakeTimers();
  cache.setQueryData(keys.run("short"), RUN);
  const asked = vi.spyOn(cache, "invalidateQueries");
  const toldOf = (status: string, updated_at: string) =>
    tell({ event: "run_updated", topic: topics.run("r1"), run: { ...RUN, status, updated_at } });
  toldOf("running", "2026-01-02T00:00:00Z");
  vi.runAllTimers();
  expect(asked).not.toHaveBeenCalledWith({ queryKey: keys.run("short") });
  toldOf("completed", "2026-01-03T00:00:00Z");
  vi.runAllTimers();
  expect(asked).toHaveBeenCalledWith({ queryKey: keys.run("short") });
  vi.useRealTimers();
});

test("instances are counted as they come and go, once each", () => {
  tell({ event: "subscribed", topic: topics.instances, snapshot: { count: 4 } });
  tell({ event: "instance_created", topic: topics.instances, instance: INSTANCE });
  expect(cache.getQueryData(keys.instanceCount)).toBe(5);
  tell({ event: "instance_deleted", topic: topics.instances, instance_id: "i1" });
  tell({ event: "instance_deleted", topic: topics.activeRuns, instance_id: "i1" });
  expect(cache.getQueryData(keys.instanceCount)).toBe(4);
});

test("an instance that is gone takes its runs out of every list", () => {
  cache.setQueryData(keys.instanceList({}), page(INSTANCE));
  cache.setQueryData(keys.runList({}), page(RUN));
  cache.setQueryData(keys.activeRuns, { runs: [RUN], running: 1, pending: 0 });
  tell({ event: "instance_deleted", topic: topics.activeRuns, instance_id: "i1" });
  expect(listOf(keys.instanceList({}))).toEqual([]);
  expect(listOf(keys.runList({}))).toEqual([]);
  expect(cache.getQueryData<ActiveRuns>(keys.activeRuns)?.running).toBe(0);
});

test("experiments are what was said, without asking", () => {
  const said = { experiments: [], broken: [{ module: "m" }], reading: [] };
  tell({ event: "modules_updated", topic: topics.modules, revision: 3, ...said });
  expect(cache.getQueryData<Experiments>(keys.experiments)).toEqual(said);
});

test("counts are asked for once for many events in a moment", () => {
  vi.useFakeTimers();
  const asked = vi.spyOn(cache, "invalidateQueries");
  for (const id of ["r1", "r2", "r3"])
    tell({ event: "run_created", topic: topics.activeRuns, run: { ...RUN, id } });
  vi.runAllTimers();
  expect(asked.mock.calls).toEqual([[{ queryKey: keys.runCountLists }]]);
  vi.useRealTimers();
});

test("an answer that an event has overtaken is asked for once more", async () => {
  vi.useFakeTimers();
  const answers: ((run: object) => void)[] = [];
  const queryFn = () => new Promise<object>((answer) => answers.push(answer));
  const observer = new QueryObserver(cache, { queryKey: keys.run("r1"), queryFn });
  const leave = observer.subscribe(() => {});
  const ended = { ...RUN, status: "completed", updated_at: "2026-01-02T00:00:00Z" };
  tell({ event: "run_updated", topic: topics.run("r1"), run: ended });
  answers[0]?.(RUN);
  await vi.advanceTimersByTimeAsync(1000);
  answers[1]?.(ended);
  await vi.advanceTimersByTimeAsync(1000);
  expect(cache.getQueryData<typeof RUN>(keys.run("r1"))?.status).toBe("completed");
  expect(answers).toHaveLength(2);
  leave();
  vi.useRealTimers();
});
