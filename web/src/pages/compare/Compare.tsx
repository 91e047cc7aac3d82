/** Runs side by side: curves, key figures, and in what they differ. */
import { Switch } from "@mantine/core";
import { useQueries, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { lazy, Suspense, useEffect } from "react";
import { type Comparison, comparisonQuery } from "#api/comparison";
import { Problem } from "#api/problem";
import { type Run, runQuery } from "#api/runs";
import { Failed } from "#components/Missing";
import { Page } from "#components/Page";
import { topics } from "#live/frames";
import { useTopic } from "#live/hooks";
import { EmptyState, ErrorState, LoadingState } from "#ui/States";
import { plural } from "#util/format";
import { isFinal } from "#util/status";
import styles from "./Compare.module.css";
import { Diffs } from "./Diffs";
import { Picker } from "./Picker";
import { SideBySide } from "./SideBySide";

const Curves = lazy(() => import("./Curves"));
const route = getRouteApi("/compare");
const LOOK_AGAIN_MS = 2000;

export default function Compare() {
  useTopic(topics.activeRuns);
  const { runs = "", equal = false } = route.useSearch();
  const navigate = route.useNavigate();
  const ids = [...new Set(runs.split(",").filter(Boolean))];
  const choose = (chosen: readonly string[]) =>
    void navigate({
      search: (before) => ({ ...before, runs: chosen.join(",") || undefined }),
      replace: true,
    });
  const { data, error, isLoading, refetch } = useQuery({
    ...comparisonQuery(ids),
    placeholderData: (before) => before,
  });
  const found = ids.length > 1 ? data : undefined;
  if (ids.length > 1 && error instanceof Problem && error.isMissing)
    return <Failed what="run" error={error} retry={() => void refetch()} />;
  const showEqual = (shown: boolean) =>
    void navigate({
      search: (before) => ({ ...before, equal: shown || undefined }),
      replace: true,
    });
  return (
    <Page
      title="Compare"
      crumbs={[{ label: "Runs", to: "/runs" }]}
      actions={<Picker chosen={ids} add={(id) => choose([...ids, id])} />}
    >
      {ids.length < 2 && (
        <section className="panel">
          <EmptyState title={ids.length === 1 ? "Choose one run more" : "Choose two runs or more"}>
            Add runs above, or select some in a list of runs.
          </EmptyState>
        </section>
      )}
      {isLoading && ids.length > 1 && <LoadingState rows={8} />}
      {error && ids.length > 1 && <ErrorState error={error} retry={() => void refetch()} />}
      {found && !error && (
        <Found found={found} refetch={() => void refetch()}>
          <Switch
            size="xs"
            label="Show equal fields"
            checked={equal}
            onChange={(event) => showEqual(event.currentTarget.checked)}
          />
        </Found>
      )}
    </Page>
  );
}

type FoundProps = { found: Comparison; refetch: () => void; children: React.ReactNode };

function Found({ found, refetch, children }: FoundProps) {
  const { runs: chosen = "", equal = false } = route.useSearch();
  const navigate = route.useNavigate();
  const runs = useLiveRuns(found.runs, refetch);
  const without = (id: string) =>
    void navigate({
      search: (before) => ({
        ...before,
        runs:
          chosen
            .split(",")
            .filter((one) => !id.endsWith(one) && one !== id)
            .join(",") || undefined,
      }),
      replace: true,
    });
  return (
    <>
      <section className={`panel ${styles.curves}`} aria-label="Curves">
        <Suspense fallback={<LoadingState />}>
          <Curves runs={runs} names={found.names} />
        </Suspense>
      </section>
      <div className={styles.options}>{children}</div>
      <SideBySide found={{ ...found, runs }} equal={equal} remove={without} />
      <Diffs runs={runs} names={found.names} />
      {found.more_figures > 0 && (
        <p className={`dim ${styles.more}`}>
          {plural(found.more_figures, "more key figure")} are not compared here; what comes in steps
          is among the curves.
        </p>
      )}
    </>
  );
}

/** The runs as they stand now; the comparison is made anew while one works, and when one ends. */
function useLiveRuns(runs: readonly Run[], refetch: () => void): Run[] {
  const now = useQueries({
    queries: runs.map((run) => ({
      ...runQuery(run.id),
      refetchInterval: isFinal(run.status) ? (false as const) : LOOK_AGAIN_MS,
      enabled: !isFinal(run.status),
    })),
  });
  const live = runs.map((run, at) => now[at]?.data ?? run);
  const stand = live.map(({ status, result_count }) => `${status} ${result_count}`).join();
  const compared = runs.map(({ status, result_count }) => `${status} ${result_count}`).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each change
  useEffect(() => {
    if (stand !== compared) refetch();
  }, [stand]);
  return live;
}
