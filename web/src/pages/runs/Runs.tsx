/** All runs, newest first. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { type ReactNode, useCallback, useMemo } from "react";
import { itemsOf } from "#api/cache";
import { type RunFilter, runsQuery } from "#api/runs";
import { useEndings } from "#components/endings";
import { Page } from "#components/Page";
import { RunsTable } from "#components/RunsTable";
import { SelectedRuns } from "#components/SelectedRuns";
import { useSelection } from "#components/selection";
import { topics } from "#live/frames";
import { useTopic } from "#live/hooks";
import { ButtonLink } from "#ui/links";
import { EmptyState, ErrorState, LoadingState } from "#ui/States";
import { Filters } from "./Filters";
import { StatusTabs } from "./StatusTabs";
import { beginOf, unknownStatus } from "./search";

const route = getRouteApi("/runs");

export default function Runs() {
  useTopic(topics.activeRuns, useEndings());
  const filter = useFilter();
  const unknown = unknownStatus(filter);
  return (
    <Page title="Runs">
      <Filters />
      <StatusTabs filter={filter} />
      {unknown === undefined ? (
        <List filter={filter} />
      ) : (
        <section className="panel" aria-label="Runs">
          <NoneFits>No status is called “{unknown}”.</NoneFits>
        </section>
      )}
    </Page>
  );
}

/** As the server is asked; a span of time is fixed when it is chosen. */
function useFilter(): RunFilter {
  const { within, ...filter } = route.useSearch();
  const since = useMemo(() => within && beginOf(within, Date.now()), [within]);
  return since ? { ...filter, since } : filter;
}

function List({ filter }: { filter: RunFilter }) {
  const asked = useInfiniteQuery(runsQuery(filter));
  const { data, error, isPending, refetch, hasNextPage, isFetching, fetchNextPage } = asked;
  const runs = useMemo(() => itemsOf(data), [data]);
  const selection = useSelection(runs);
  const more = useCallback(() => {
    if (hasNextPage && !isFetching) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage]);
  if (isPending) return <LoadingState rows={8} />;
  if (!data) return <ErrorState error={error} retry={() => void refetch()} />;
  return (
    <>
      <section className="panel" aria-label="Runs">
        {runs.length > 0 ? (
          <RunsTable runs={runs} selection={selection} more={more} ofAll />
        ) : (
          <NoRuns filtered={Object.values(filter).some(Boolean)} />
        )}
      </section>
      <SelectedRuns runs={runs} selection={selection} />
    </>
  );
}

function NoRuns({ filtered }: { filtered: boolean }) {
  if (!filtered)
    return (
      <EmptyState title="No runs yet">Start one from an instance; it appears here.</EmptyState>
    );
  return <NoneFits>None has this name, experiment, status and time.</NoneFits>;
}

function NoneFits({ children }: { children: ReactNode }) {
  const all = (
    <ButtonLink to="/runs" search={{}} variant="default">
      Show all
    </ButtonLink>
  );
  return (
    <EmptyState title="No run fits" action={all}>
      {children}
    </EmptyState>
  );
}
