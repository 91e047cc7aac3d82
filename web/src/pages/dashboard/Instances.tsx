/** The list of instances: as many as there are, a page at a time. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { itemsOf } from "#api/cache";
import { type InstanceFilter, instancesQuery } from "#api/instances";
import { useStartRun } from "#components/actions";
import { NewInstance } from "#components/NewInstance";
import { useActiveRuns } from "#live/hooks";
import { ButtonLink } from "#ui/links";
import { EmptyState, ErrorState, LoadingState } from "#ui/States";
import { VirtualRows } from "#ui/VirtualRows";
import styles from "./Dashboard.module.css";
import { InstanceRow } from "./InstanceRow";

const ROW_PX = 52;

export function Instances({ filter }: { filter: InstanceFilter }) {
  const asked = useInfiniteQuery(instancesQuery(filter));
  const { data, error, isPending, refetch, hasNextPage, isFetching, fetchNextPage } = asked;
  const instances = useMemo(() => itemsOf(data), [data]);
  const working = useWorking();
  const { start } = useStartRun();
  const more = useCallback(() => {
    if (hasNextPage && !isFetching) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage]);
  if (isPending) return <LoadingState rows={8} />;
  if (!data) return <ErrorState error={error} retry={() => void refetch()} />;
  if (instances.length === 0) return <Nothing filter={filter} />;
  return (
    <div role="feed" aria-label="Instances" aria-busy={isFetching} className="panel">
      <VirtualRows
        items={instances}
        estimate={ROW_PX}
        more={more}
        row={(instance, at) => (
          <InstanceRow
            instance={instance}
            at={at}
            of={hasNextPage ? -1 : instances.length}
            run={working.get(instance.id)}
            start={start}
          />
        )}
      />
    </div>
  );
}

/** The run that an instance is at, by its id. */
function useWorking() {
  const { runs } = useActiveRuns();
  return useMemo(() => {
    const running = runs.filter(({ status }) => status === "running");
    return new Map(running.map((run) => [run.instance_id, run]));
  }, [runs]);
}

function Nothing({ filter }: { filter: InstanceFilter }) {
  const { name, experiment, status } = filter;
  if (name || experiment || status) return <NothingFits />;
  return (
    <section className="panel">
      <EmptyState title="No instances yet" action={<NewInstance />}>
        An instance is an experiment with its configuration filled in: make the first one here. New
        to Athanor? These two make an experiment and run it:
      </EmptyState>
      <pre className={`mono ${styles.commands}`}>
        <code>{"athanor init lab && cd lab\nathanor run hello"}</code>
      </pre>
    </section>
  );
}

function NothingFits() {
  const all = (
    <ButtonLink to="/experiments" search={{}} variant="default">
      Show all
    </ButtonLink>
  );
  return (
    <section className="panel">
      <EmptyState title="No instance fits" action={all}>
        None has this name, experiment and status.
      </EmptyState>
    </section>
  );
}
