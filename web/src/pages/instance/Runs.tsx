/** The runs of an instance, newest first. */
import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { itemsOf } from "#api/cache";
import { type RunOfInstance, runsQuery } from "#api/runs";
import { RunBadge } from "#components/RunBadge";
import { TextLink } from "#ui/links";
import { ProgressBar } from "#ui/ProgressBar";
import { EmptyState, ErrorState, LoadingState } from "#ui/States";
import { Table } from "#ui/Table";
import { Duration, RelativeTime } from "#ui/Time";
import { count, shortId } from "#util/format";

export function Runs({ instanceId }: { instanceId: string }) {
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage } = useInfiniteQuery(
    runsQuery({ instance_id: instanceId }),
  );
  const runs = itemsOf(data);
  return (
    <section className="panel">
      <h2>Runs</h2>
      {isPending && <LoadingState rows={3} />}
      {error && !data && <ErrorState error={error} retry={() => void refetch()} />}
      {data && runs.length === 0 && (
        <EmptyState title="No runs yet">Press r to start one.</EmptyState>
      )}
      {runs.length > 0 && (
        <Table head={["Run", "Status", "Started", "Duration", "Progress", "Logs", "Results"]}>
          {runs.map((run) => (
            <Row key={run.id} run={run} />
          ))}
        </Table>
      )}
      {hasNextPage && (
        <Button m="sm" variant="default" onClick={() => void fetchNextPage()}>
          Show more
        </Button>
      )}
    </section>
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
        <RunBadge run={run} />
      </td>
      <td>
        <RelativeTime at={run.started_at} />
      </td>
      <td>
        <Duration seconds={run.duration_s} since={run.started_at} />
      </td>
      <td>{run.progress && <ProgressBar {...run.progress} />}</td>
      <td className="number">{count(run.log_counts.total)}</td>
      <td className="number">{count(run.result_count)}</td>
    </tr>
  );
}
