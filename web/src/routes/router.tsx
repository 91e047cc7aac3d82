/** Every address of the interface; each page is a chunk of its own. */
import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";
import { tailQuery } from "#api/logs";
import { runQuery } from "#api/runs";
import { Missing } from "#components/Missing";
import { Shell } from "#components/Shell";
import { viewSearch } from "#forms/views";
import { compareSearch } from "#pages/compare/search";
import { dashboardSearch } from "#pages/dashboard/search";
import { instanceSearch } from "#pages/instance/search";
import { newSearch } from "#pages/instance-form/search";
import { runSearch } from "#pages/run/search";
import { runsSearch } from "#pages/runs/search";
import { ErrorState, LoadingState } from "#ui/States";

/** Only what a page knows: the router would hand on the rest of the address as it is written. */
function known<T extends object>(read: (given: Record<string, unknown>) => T) {
  return (given: Record<string, unknown>): T => {
    const nothing = Object.fromEntries(Object.keys(given).map((name) => [name, undefined]));
    return { ...nothing, ...read(given) };
  };
}

const withCache = createRootRouteWithContext<{ cache: QueryClient }>();
const root = withCache({ component: Shell, notFoundComponent: () => <Missing /> });
const getParentRoute = () => root;

const home = createRoute({
  getParentRoute,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/experiments", replace: true });
  },
});
const dashboard = createRoute({
  getParentRoute,
  path: "/experiments",
  validateSearch: known(dashboardSearch),
  component: lazyRouteComponent(() => import("#pages/dashboard/Dashboard")),
});
const newInstance = createRoute({
  getParentRoute,
  path: "/experiments/new",
  validateSearch: known(newSearch),
  component: lazyRouteComponent(() => import("#pages/instance-form/New")),
});
const instance = createRoute({
  getParentRoute,
  path: "/experiments/$id",
  validateSearch: known(instanceSearch),
  component: lazyRouteComponent(() => import("#pages/instance/Instance")),
});
const edit = createRoute({
  getParentRoute,
  path: "/experiments/$id/edit",
  validateSearch: known(viewSearch),
  component: lazyRouteComponent(() => import("#pages/instance-form/Edit")),
});
const runs = createRoute({
  getParentRoute,
  path: "/runs",
  validateSearch: known(runsSearch),
  component: lazyRouteComponent(() => import("#pages/runs/Runs")),
});
const run = createRoute({
  getParentRoute,
  path: "/runs/$id",
  validateSearch: known(runSearch),
  // Asked for while the page itself is still on its way; not for each link that is pointed at.
  loader: ({ context: { cache }, params: { id }, cause }) => {
    if (cause === "preload") return;
    void cache.prefetchQuery({ ...runQuery(id), staleTime: Number.POSITIVE_INFINITY });
    void cache.prefetchQuery({ ...tailQuery(id), staleTime: Number.POSITIVE_INFINITY });
  },
  component: lazyRouteComponent(() => import("#pages/run/Run")),
});
const compare = createRoute({
  getParentRoute,
  path: "/compare",
  validateSearch: known(compareSearch),
  component: lazyRouteComponent(() => import("#pages/compare/Compare")),
});

export const router = createRouter({
  routeTree: root.addChildren([home, dashboard, newInstance, instance, edit, runs, run, compare]),
  context: { cache: undefined as unknown as QueryClient }, // given by the provider
  defaultPreload: "intent",
  defaultPendingComponent: () => <LoadingState />,
  defaultErrorComponent: ({ error, reset }) => <ErrorState error={error} retry={reset} />,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
