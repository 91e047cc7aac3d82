/** Instances: listing, making, changing and deleting them. */
import {
  infiniteQueryOptions,
  mutationOptions,
  type QueryClient,
  queryOptions,
} from "@tanstack/react-query";
import { call, type Schemas } from "./client";
import { keys } from "./keys";

export type Instance = Schemas["Instance"];
export type InstanceInList = Schemas["InstanceInList"];
export type InstanceStats = Schemas["InstanceStats"];
export type InstancePage = Schemas["Page_InstanceInList_"];
export type InstanceToMake = Schemas["InstanceToMake"];
export type InstanceChanges = Schemas["InstanceChanges"];
export type InstanceFilter = { experiment?: string; name?: string };

const PAGE = 100;

/** Never run first, then the newest run first. */
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

export const instanceQuery = (id: string) =>
  queryOptions({
    queryKey: keys.instance(id),
    queryFn: ({ signal }) =>
      call("get", "/api/instances/{instance_id}", { path: { instance_id: id }, signal }),
  });

export const createInstance = (cache: QueryClient) =>
  mutationOptions({
    mutationFn: (body: InstanceToMake) => call("post", "/api/instances", { body }),
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.instanceLists }),
  });

export const updateInstance = (cache: QueryClient) =>
  mutationOptions({
    mutationFn: ({ id, changes }: { id: string; changes: InstanceChanges }) =>
      call("patch", "/api/instances/{instance_id}", { path: { instance_id: id }, body: changes }),
    onSuccess: () => cache.invalidateQueries({ queryKey: ["instances"] }),
  });

export const deleteInstance = (cache: QueryClient) =>
  mutationOptions({
    mutationFn: (id: string) =>
      call("delete", "/api/instances/{instance_id}", { path: { instance_id: id } }),
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.instanceLists }),
  });
