/** The runs of an instance, newest first. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { itemsOf } from "#api/cache";
import { runsQuery } from "#api/runs";
import { RunsTable } from "#components/RunsTable";
import { SelectedRuns } from "#components/SelectedRuns";
import { useSelection } from "#components/selection";
import { EmptyState, ErrorState, LoadingState } from "#ui/States";
import { useFigures } from "./figures";

export function Runs({ instanceId }: { instanceId: string }) {
  const asked = useInfiniteQuery(runsQuery({ instance_id: instanceId }));
  const { data, error, isPending, refetch, hasNextPage, isFetching, fetchNextPage } = asked;
  const runs = useMemo(() => itemsOf(data), [data]);
  const figures = useFigures(data?.pages);
  const selection = useSelection(runs);
  const more = useCallback(() => {
    if (hasNextPage && !isFetching) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage]);
  if (isPending) return <LoadingState rows={4} />;
  if (!data) return <ErrorState error={error} retry={() => void refetch()} />;
  return (
    <>
      <section className="panel" aria-label="Runs">
        {runs.length > 0 ? (
          <RunsTable runs={runs} selection={selection} more={more} figures={figures} />
        ) : (
          <EmptyState title="No runs yet">
            Press r, or “Start run”, to make the first one.
          </EmptyState>
        )}
      </section>
      <SelectedRuns runs={runs} selection={selection} />
    </>
  );
}
