/** All runs, newest first. */
import { Button, Chip, Group } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { itemsOf } from "#api/cache";
import { type RunOfInstance, runsQuery } from "#api/runs";
import { Page } from "#components/Page";
import { RunBadge } from "#components/RunBadge";
import { topics } from "#live/frames";
import { useTopic } from "#live/hooks";
import { TextLink } from "#ui/links";
import { EmptyState, ErrorState, LoadingState } from "#ui/States";
import { Table } from "#ui/Table";
import { Duration, RelativeTime } from "#ui/Time";
import { shortId, shortModule } from "#util/format";
import { STATUSES, type Status } from "#util/status";

const route = getRouteApi("/runs");

export default function Runs() {
  useTopic(topics.activeRuns);
  const filter = route.useSearch();
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage } = useInfiniteQuery(
    runsQuery(filter),
  );
  const runs = itemsOf(data);
  return (
    <Page title="Runs" actions={<StatusFilter />}>
      <section className="panel">
        {isPending && <LoadingState />}
        {error && !data && <ErrorState error={error} retry={() => void refetch()} />}
        {data && runs.length === 0 && (
          <EmptyState title="No runs">None fits this filter.</EmptyState>
        )}
        {runs.length > 0 && (
          <Table head={["Run", "Instance", "Experiment", "Status", "Started", "Duration"]}>
            {runs.map((run) => (
              <Row key={run.id} run={run} />
            ))}
          </Table>
        )}
      </section>
      {hasNextPage && (
        <Button mt="sm" variant="default" onClick={() => void fetchNextPage()}>
          Show more
        </Button>
      )}
    </Page>
  );
}

function StatusFilter() {
  const { status = [] } = route.useSearch();
  const navigate = route.useNavigate();
  const choose = (chosen: string[]) =>
    void navigate({
      search: (before) => ({ ...before, status: chosen as Status[] }),
      replace: true,
    });
  return (
    <Chip.Group multiple value={status} onChange={choose}>
      <Group gap={6}>
        {STATUSES.map((one) => (
          <Chip key={one} value={one} size="xs" radius="sm">
            {one}
          </Chip>
        ))}
      </Group>
    </Chip.Group>
  );
}

function Row({ run }: { run: RunOfInstance }) {
  return (
    <tr>
      <td>
        <TextLink to="/runs/$id" params={{ id: run.id }} className="mono">
          {shortId(run.id)}
        </TextLink>
      </td>
      <td>
        <TextLink to="/experiments/$id" params={{ id: run.instance_id }}>
          {run.instance_name}
        </TextLink>
      </td>
      <td className="mono dim">{shortModule(run.experiment_module)}</td>
      <td>
        <RunBadge run={run} />
      </td>
      <td>
        <RelativeTime at={run.started_at} />
      </td>
      <td>
        <Duration seconds={run.duration_s} since={run.started_at} />
      </td>
    </tr>
  );
}
