/** How the server is. */
import { queryOptions } from "@tanstack/react-query";
import { call, type Schemas } from "./client";
import { keys } from "./keys";

export type Health = Schemas["Health"];

export const healthQuery = () =>
  queryOptions({
    queryKey: keys.health,
    queryFn: ({ signal }) => call("get", "/api/health", { signal }),
  });
