/** What a run says: all of it, however long, as it is said. */
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type ComponentProps, useCallback, useState } from "react";
import type { Level } from "#api/logs";
import type { RunDetails } from "#api/runs";
import type { RunSearch } from "#pages/run/search";
import { useHotkey } from "#ui/hotkeys";
import { EmptyState } from "#ui/States";
import { isFinal } from "#util/status";
import { LogLines } from "./LogLines";
import styles from "./Logs.module.css";
import { useLook } from "./look";
import { useCounts, useJumps, useRows, useTotal } from "./rows";
import { SearchStatus } from "./SearchStatus";
import { Toolbar } from "./Toolbar";

export function Logs({ run }: { run: RunDetails }) {
  const { level, text, line } = useSearch({ from: "/runs/$id" });
  const navigate = useNavigate({ from: "/runs/$id" });
  const change = useCallback(
    (next: Partial<RunSearch>) =>
      void navigate({
        search: (known) => ({ ...known, ...next }),
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  );
  const total = useTotal(run);
  const [following, setFollowing] = useState(line === undefined);
  const [look, setLook] = useLook();
  /** A line is shown among its neighbours, so filters end. */
  const goTo = useCallback(
    (wanted: number) => {
      setFollowing(false);
      change({ line: wanted, level: undefined, text: undefined });
    },
    [change],
  );
  const jumps = useJumps(run.id, line, goTo);
  const toEnd = () => {
    change({ line: undefined });
    setFollowing(true);
  };
  useHotkey("G", "To the last line", toEnd);
  useHotkey("e", "Next error", () => void jumps.next());
  useHotkey("E", "Error before", () => void jumps.previous());
  return (
    <section className={styles.logs} aria-label="Logs">
      <Toolbar
        run={run}
        levels={level}
        text={text ?? ""}
        look={look}
        following={following}
        jumps={jumps}
        onLevels={(levels: Level[] | undefined) => change({ level: levels, line: undefined })}
        onText={(wanted) => change({ text: wanted || undefined, line: undefined })}
        onLook={setLook}
        onFollow={() => (following ? setFollowing(false) : toEnd())}
        onLine={(wanted) => goTo(Math.max(1, Math.min(total(), wanted)))}
      />
      <Body
        run={run}
        levels={level}
        text={text}
        look={look}
        marked={line}
        following={following}
        onFollow={setFollowing}
        onEnd={toEnd}
        onLine={goTo}
      />
    </section>
  );
}

type BodyProps = Omit<ComponentProps<typeof LogLines>, "rows" | "runId" | "start"> & {
  run: RunDetails;
  levels: Level[] | undefined;
  text: string | undefined;
};

/** The part that renders as lines come. */
function Body({ run, levels, text, ...rest }: BodyProps) {
  const counts = useCounts(run);
  const rows = useRows(run.id, counts, levels, text);
  const start = run.started_at ?? run.inserted_at;
  const live = !isFinal(run.status);
  return (
    <>
      {rows.search && <SearchStatus search={rows.search} total={counts.total} />}
      {rows.total === 0 && <Nothing live={live} total={counts.total} searching={rows.busy} />}
      {rows.total > 0 && (
        <LogLines key={rows.key} runId={run.id} rows={rows} start={start} {...rest} />
      )}
    </>
  );
}

function Nothing({ live, total, searching }: { live: boolean; total: number; searching: boolean }) {
  if (searching) return <EmptyState title="Searching…" />;
  if (total > 0) return <EmptyState title="No line fits the filters" />;
  if (!live) return <EmptyState title="No logs">The run ended without saying a line.</EmptyState>;
  return <EmptyState title="No logs yet">Lines appear here as the run says them.</EmptyState>;
}
