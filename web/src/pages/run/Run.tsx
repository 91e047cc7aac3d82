/** One run: how it stands, what it says, and what it ran with. */
import { Tabs } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { tailQuery } from "#api/logs";
import { Problem } from "#api/problem";
import { type RunDetails, runQuery } from "#api/runs";
import { useCrumbs } from "#components/crumbs";
import { Failed } from "#components/Missing";
import { useRunFact } from "#live/hooks";
import { useDocumentState } from "#ui/documentState";
import { EmptyState, LoadingState } from "#ui/States";
import { toast } from "#ui/toast";
import { count, shortId } from "#util/format";
import { isFinal, type Status } from "#util/status";
import { Details } from "./details/Details";
import { Header } from "./Header";
import { Logs } from "./logs/Logs";
import { useCounts } from "./logs/rows";
import styles from "./Run.module.css";
import { Results } from "./results/Results";
import type { Tab } from "./search";

const route = getRouteApi("/runs/$id");
const LOOK_AGAIN_MS = 2000;

export default function Run() {
  const { id } = route.useParams();
  const cache = useQueryClient();
  const { data, error, refetch } = useQuery({
    ...runQuery(id),
    refetchInterval: ({ state }) => (lacksSurroundings(state.data) ? LOOK_AGAIN_MS : false),
  });
  useEffect(() => void cache.prefetchQuery(tailQuery(id)), [cache, id]);
  if (data && !(error instanceof Problem && error.isMissing))
    return <Known key={data.id} run={data} />;
  if (error) return <Failed what="run" error={error} retry={() => void refetch()} />;
  return <LoadingState />;
}

/** They are gathered beside the start of the work, and no event tells of them. */
function lacksSurroundings(run: RunDetails | undefined): boolean {
  return run?.status === "running" && !("platform" in run.metadata);
}

function Known({ run }: { run: RunDetails }) {
  const deleted = useRunFact(run.id, (state) => state.deleted);
  const title = `Run ${shortId(run.id)}`;
  useCrumbs([
    { label: "Experiments", to: "/experiments" },
    { label: run.instance_name, to: `/experiments/${run.instance_id}` },
    { label: title },
  ]);
  useDocumentState(documentTitle(run), run.status);
  useEndTold(run);
  if (deleted) return <EmptyState title="This run was deleted" />;
  return (
    <div className={styles.page} data-full>
      <Header run={run} />
      <Panels run={run} />
    </div>
  );
}

function documentTitle({ status, instance_name: name, progress, id }: RunDetails): string {
  const percent = status === "running" && progress?.total ? `${progress.percent}% ` : "";
  return `${percent}${name} · ${shortId(id)} · ${status}`;
}

/** The end of a run that one looks at is worth a word. */
function useEndTold(run: RunDetails): void {
  const before = useRef<Status>(run.status);
  useEffect(() => {
    const ended = !isFinal(before.current) && isFinal(run.status);
    before.current = run.status;
    if (!ended) return;
    const name = `${run.instance_name} · ${shortId(run.id)}`;
    if (run.status === "failed") toast.error(name, "Run failed");
    else toast.info(`Run ${run.status}: ${name}`);
  }, [run]);
}

function Panels({ run }: { run: RunDetails }) {
  const { tab = "logs" } = route.useSearch();
  const navigate = useNavigate({ from: "/runs/$id" });
  const choose = (next: string | null) =>
    void navigate({
      search: (known) => ({ ...known, tab: next === "logs" ? undefined : (next as Tab) }),
      replace: true,
      resetScroll: false,
    });
  return (
    <Tabs value={tab} onChange={choose} keepMounted={false} className={styles.tabs}>
      <Tabs.List>
        <Tabs.Tab value="logs">
          Logs <LineCount run={run} />
        </Tabs.Tab>
        <Tabs.Tab value="results">
          Results <ResultCount run={run} />
        </Tabs.Tab>
        <Tabs.Tab value="details">Details</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="logs" className={styles.panel}>
        <Logs run={run} />
      </Tabs.Panel>
      <Tabs.Panel value="results" className={styles.panel}>
        <Results run={run} />
      </Tabs.Panel>
      <Tabs.Panel value="details" className={styles.panel}>
        <Details run={run} />
      </Tabs.Panel>
    </Tabs>
  );
}

function LineCount({ run }: { run: RunDetails }) {
  return <span className="dim number">{count(useCounts(run).total)}</span>;
}

function ResultCount({ run }: { run: RunDetails }) {
  const told = useRunFact(run.id, (state) => state.resultCount);
  return <span className="dim number">{count(Math.max(told ?? 0, run.result_count))}</span>;
}
