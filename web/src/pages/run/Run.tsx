/** One run: how it stands, and what it says. */
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { instanceQuery } from "#api/instances";
import { type RunDetails, runQuery } from "#api/runs";
import { useCancelRun, useDeleteRun } from "#components/actions";
import { Failed } from "#components/Missing";
import { Page } from "#components/Page";
import { RunBadge } from "#components/RunBadge";
import { useRunFeed } from "#live/hooks";
import { TextLink } from "#ui/links";
import { ProgressBar } from "#ui/ProgressBar";
import { LoadingState } from "#ui/States";
import { Duration, RelativeTime } from "#ui/Time";
import { shortId } from "#util/format";
import { isFinal } from "#util/status";
import { Logs } from "./Logs";
import styles from "./Run.module.css";
import { Results } from "./results/Results";

const route = getRouteApi("/runs/$id");

export default function Run() {
  const { id } = route.useParams();
  const { data, error, refetch } = useQuery(runQuery(id));
  if (data && !error) return <Known run={data} />;
  if (error) return <Failed what="run" error={error} retry={() => void refetch()} />;
  return <LoadingState />;
}

function Known({ run }: { run: RunDetails }) {
  const { state } = useRunFeed(run.id);
  const instance = useQuery(instanceQuery(run.instance_id));
  const name = instance.data?.name ?? "…";
  const progress = state.progress ?? run.progress;
  const crumbs = [
    { label: "Experiments", to: "/experiments" },
    { label: name, to: `/experiments/${run.instance_id}` },
  ];
  return (
    <Page
      crumbs={crumbs}
      title={`Run ${shortId(run.id)}`}
      status={run.status}
      badge={<RunBadge run={run} />}
      actions={<Actions run={run} />}
      subtitle={
        <div className="dim">
          <TextLink to="/experiments/$id" params={{ id: run.instance_id }}>
            {name}
          </TextLink>{" "}
          · started <RelativeTime at={run.started_at} /> ·{" "}
          <Duration seconds={run.duration_s} since={run.started_at} />
          {run.queue_place > 0 && ` · place ${run.queue_place} in the queue`}
          {progress && !isFinal(run.status) && <ProgressBar {...progress} />}
          {progress?.message && ` · ${progress.message}`}
        </div>
      }
    >
      {run.error && <pre className={`panel mono ${styles.error}`}>{run.error}</pre>}
      <div className={styles.columns}>
        <Logs run={run} />
        <Results run={run} />
      </div>
    </Page>
  );
}

function Actions({ run }: { run: RunDetails }) {
  const navigate = useNavigate();
  const { cancel, isPending } = useCancelRun();
  const params = { id: run.instance_id };
  const { remove } = useDeleteRun(() => void navigate({ to: "/experiments/$id", params }));
  if (isFinal(run.status)) {
    return (
      <Button variant="default" onClick={() => void remove(run)}>
        Delete
      </Button>
    );
  }
  return (
    <Button variant="default" loading={isPending} onClick={() => void cancel(run)}>
      {run.cancelling ? "End by force" : "Cancel"}
    </Button>
  );
}
