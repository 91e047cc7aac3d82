/** Experiments: those there are, their schemas, and whether a configuration fits. */
import { queryOptions } from "@tanstack/react-query";
import { call, type Schemas } from "./client";
import { keys } from "./keys";

export type Experiment = Schemas["Experiment"];
export type ExperimentDetails = Schemas["ExperimentDetails"];
export type Experiments = Schemas["Experiments"];
export type CheckedConfiguration = Schemas["CheckedConfiguration"];

/** Asked again every second while files are being read for the first time. */
export const experimentsQuery = () =>
  queryOptions({
    queryKey: keys.experiments,
    queryFn: ({ signal }) => call("get", "/api/experiments", { signal }),
    refetchInterval: ({ state }) => (state.data?.reading.length ? 1000 : false),
  });

export const experimentQuery = (module: string) =>
  queryOptions({
    queryKey: keys.experiment(module),
    queryFn: ({ signal }) => call("get", "/api/experiments/{module}", { path: { module }, signal }),
    staleTime: 0, // its file may have been edited
  });

export function validateConfig(
  module: string,
  configuration: Record<string, unknown>,
  signal?: AbortSignal,
): Promise<CheckedConfiguration> {
  const path = { module };
  return call("post", "/api/experiments/{module}/validate", {
    path,
    body: { configuration },
    signal,
  });
}
