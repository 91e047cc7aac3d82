/** Runs: finding, starting, stopping and deleting them. */
import {
  infiniteQueryOptions,
  keepPreviousData,
  mutationOptions,
  type QueryClient,
  queryOptions,
} from "@tanstack/react-query";
import type { Status } from "#util/status";
import { askListsAgain } from "./cache";
import { call, type Schemas } from "./client";
import { keys } from "./keys";

export type Run = Schemas["Run"];
export type RunDetails = Schemas["RunDetails"];
export type RunInList = Schemas["RunInList"];
export type RunOfInstance = Schemas["RunOfInstance"];
export type RunPage = Schemas["Page_RunOfInstance_"];
export type Progress = Schemas["Progress"];
export type Usage = Schemas["Usage"];
export type LogCounts = Schemas["LogCounts"];
export type RunCounts = Schemas["RunCounts"];
export type RunFilter = {
  instance_id?: string;
  experiment?: string;
  name?: string;
  status?: Status[];
  since?: string;
  until?: string;
};

const PAGE = 100;

/** Newest first. */
export const runsQuery = (filter: RunFilter = {}) =>
  infiniteQueryOptions({
    queryKey: keys.runList(filter),
    queryFn: ({ pageParam, signal }) =>
      call("get", "/api/runs", { query: { ...filter, limit: PAGE, cursor: pageParam }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });

/** How many there are of each status. */
export const runCountsQuery = ({ status: _, ...filter }: RunFilter = {}) =>
  queryOptions({
    queryKey: keys.runCounts(filter),
    queryFn: ({ signal }) => call("get", "/api/runs/counts", { query: filter, signal }),
    placeholderData: keepPreviousData,
  });

/** The first few whose instance has a text in its name. */
export const foundRunsQuery = (name: string, limit: number) =>
  queryOptions({
    queryKey: keys.foundRuns(name, limit),
    queryFn: ({ signal }) => call("get", "/api/runs", { query: { name, limit }, signal }),
    placeholderData: keepPreviousData,
    staleTime: 0,
  });

export const runQuery = (id: string) =>
  queryOptions({
    queryKey: keys.run(id),
    queryFn: ({ signal }) => call("get", "/api/runs/{run_id}", { path: { run_id: id }, signal }),
  });

export const usageQuery = (id: string) =>
  queryOptions({
    queryKey: keys.usage(id),
    queryFn: ({ signal }) =>
      call("get", "/api/runs/{run_id}/usage", { path: { run_id: id }, signal }),
  });

/** A new run of an instance. */
export const startRun = (cache: QueryClient) =>
  mutationOptions({
    mutationFn: (instanceId: string) =>
      call("post", "/api/instances/{instance_id}/runs", { path: { instance_id: instanceId } }),
    onSuccess: () => listsChanged(cache),
  });

/** A run that was only prepared. */
export const startPreparedRun = (cache: QueryClient) =>
  mutationOptions({
    mutationFn: (id: string) => call("post", "/api/runs/{run_id}/start", { path: { run_id: id } }),
    onSuccess: () => void askListsAgain(cache, ["runs"]),
  });

export const askToCancel = ({ id, force = false }: { id: string; force?: boolean }) =>
  call("post", "/api/runs/{run_id}/cancel", { path: { run_id: id }, body: { force } });

export const cancelRun = (cache: QueryClient) =>
  mutationOptions({
    mutationFn: askToCancel,
    onSuccess: () => void askListsAgain(cache, ["runs"]),
  });

export const askToDelete = (id: string) =>
  call("delete", "/api/runs/{run_id}", { path: { run_id: id } });

export const deleteRun = (cache: QueryClient) =>
  mutationOptions({
    mutationFn: askToDelete,
    onSuccess: () => listsChanged(cache),
  });

/** Nobody waits for the lists: what was done is done. */
function listsChanged(cache: QueryClient): void {
  void askListsAgain(cache, keys.runLists);
  void askListsAgain(cache, ["instances"]);
}
