/** Instances: listing, making, changing and deleting them. */
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

export type Instance = Schemas["Instance"];
export type InstanceInList = Schemas["InstanceInList"];
export type InstanceStats = Schemas["InstanceStats"];
export type InstancePage = Schemas["Page_InstanceInList_"];
export type InstanceToMake = Schemas["InstanceToMake"];
export type InstanceChanges = Schemas["InstanceChanges"];
export type InstanceSort = "last_run" | "name" | "created";
export type InstanceFilter = {
  experiment?: string;
  name?: string;
  /** Of the last run. */
  status?: Status[];
  sort?: InstanceSort;
};

const PAGE = 100;

/** Unless sorted otherwise: never run first, then the newest run first. */
export const instancesQuery = (filter: InstanceFilter = {}) =>
  infiniteQueryOptions({
    queryKey: keys.instanceList(filter),
    queryFn: ({ pageParam, signal }) =>
      call("get", "/api/instances", {
        query: { ...filter, limit: PAGE, cursor: pageParam },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });

/** The first few with a text in their name. */
export const foundInstancesQuery = (name: string, limit: number) =>
  queryOptions({
    queryKey: keys.foundInstances(name, limit),
    queryFn: ({ signal }) => call("get", "/api/instances", { query: { name, limit }, signal }),
    placeholderData: keepPreviousData,
    staleTime: 0,
  });

export const instanceQuery = (id: string) =>
  queryOptions({
    queryKey: keys.instance(id),
    queryFn: ({ signal }) =>
      call("get", "/api/instances/{instance_id}", { path: { instance_id: id }, signal }),
  });

export const createInstance = (cache: QueryClient) =>
  mutationOptions({
    mutationFn: (body: InstanceToMake) => call("post", "/api/instances", { body }),
    onSuccess: () => void askListsAgain(cache, keys.instanceLists),
  });

export const updateInstance = (cache: QueryClient) =>
  mutationOptions({
    mutationFn: ({ id, changes }: { id: string; changes: InstanceChanges }) =>
      call("patch", "/api/instances/{instance_id}", { path: { instance_id: id }, body: changes }),
    onSuccess: () => askListsAgain(cache, ["instances"]),
  });

export const deleteInstance = (cache: QueryClient) =>
  mutationOptions({
    mutationFn: (id: string) =>
      call("delete", "/api/instances/{instance_id}", { path: { instance_id: id } }),
    onSuccess: () => void askListsAgain(cache, keys.instanceLists),
  });
