/** One result: what is known of it, and its value as a tree or as JSON. */
import {
  ActionIcon,
  Button,
  CloseButton,
  CopyButton,
  SegmentedControl,
  Skeleton,
} from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type ResultDetails, resultQuery } from "#api/results";
import { ErrorState } from "#ui/States";
import { RelativeTime } from "#ui/Time";
import { bytes, count } from "#util/format";
import { type Json, type Kind, lengthOf, summaryOf } from "#util/json";
import { RawView } from "./RawView";
import styles from "./Results.module.css";
import { SearchBar } from "./SearchBar";
import { useResultsSearch } from "./search";
import { TreeView } from "./TreeView";
import { useTree, WHOLE } from "./useTree";

type Props = { runId: string; id: string; close: () => void };

/** Values up to this come whole at once; larger ones part by part. */
const AT_ONCE = { max_chars: 1_000_000, limit: 200 };

export function Value({ runId, id, close }: Props) {
  const { data, error, refetch, isFetching } = useQuery(resultQuery(runId, id, AT_ONCE));
  if (data) return <Known key={id} result={data} close={close} />;
  return (
    <section className={styles.value} aria-label="Value">
      <div className={styles.facts}>
        <span className={styles.grow} />
        <CloseButton size="sm" aria-label="Close the value" onClick={close} />
      </div>
      {error && !isFetching ? (
        <ErrorState error={error} retry={() => void refetch()} />
      ) : (
        <LoadingTree />
      )}
    </section>
  );
}

function LoadingTree() {
  return (
    <div role="status" aria-label="Loading the value" className={styles.skeleton}>
      {[0, 1, 2, 2, 1, 2].map((depth, at) => (
        <Skeleton key={at} height={13} ml={depth * 16} width={`${58 - depth * 12}%`} radius="sm" />
      ))}
    </div>
  );
}

function Known({ result, close }: { result: ResultDetails; close: () => void }) {
  const [{ raw = false }, change] = useResultsSearch();
  return (
    <section className={styles.value} aria-label="Value">
      <header className={styles.facts}>
        <strong className={`mono ${styles.name}`}>{result.key}</strong>
        <CopyButton value={result.key}>
          {({ copied, copy }) => (
            <ActionIcon
              size={18}
              variant="subtle"
              color="gray"
              aria-label="Copy key"
              onClick={copy}
            >
              {copied ? <IconCheck size={13} /> : <IconCopy size={13} />}
            </ActionIcon>
          )}
        </CopyButton>
        <span className="dim number">
          {whatItIs(result)} · {bytes(result.size)} · <RelativeTime at={result.timestamp} />
        </span>
        <span className={styles.grow} />
        <SegmentedControl
          size="xs"
          aria-label="Show as"
          value={raw ? "json" : "tree"}
          onChange={(shown) => change({ raw: shown === "json" || undefined })}
          data={[
            { value: "tree", label: "Tree" },
            { value: "json", label: "JSON" },
          ]}
        />
        <CloseButton size="sm" aria-label="Close the value" onClick={close} />
      </header>
      {raw ? <Raw result={result} /> : <Tree result={result} />}
    </section>
  );
}

function whatItIs({ part }: ResultDetails): string {
  const holds = part.type === "object" || part.type === "array";
  return holds ? summaryOf(part.type as Kind, part.length) : part.type;
}

function Raw({ result }: { result: ResultDetails }) {
  const { part } = result;
  const more = { ...resultQuery(result.run_id, result.id, WHOLE), enabled: part.truncated };
  const { data, error, refetch } = useQuery(more);
  const whole = part.truncated ? data?.part : part;
  if (error) return <ErrorState error={error} retry={() => void refetch()} />;
  if (!whole) return <LoadingTree />;
  if (whole.truncated)
    return <p className={`dim ${styles.note}`}>Too large to be shown whole: export it.</p>;
  return <RawView value={whole.value as Json} />;
}

function Tree({ result }: { result: ResultDetails }) {
  const { tree, acts, finding, copyAll, collapse, error } = useTree(result);
  const isFlat = (lengthOf(tree.root.value ?? null) ?? tree.root.length ?? 0) === 0;
  return (
    <>
      <div className={styles.facts}>
        <SearchBar finding={finding} />
        <span className={styles.grow} />
        <span className={styles.acts}>
          <Button
            size="compact-xs"
            variant="subtle"
            color="gray"
            onClick={collapse}
            disabled={isFlat}
          >
            Collapse all
          </Button>
          <CopyAll text={copyAll} />
        </span>
      </div>
      {error !== null && (
        <p role="alert" className={styles.note}>
          A part could not be loaded: {error}
        </p>
      )}
      <TreeView
        rows={tree.rows}
        acts={acts}
        marked={finding.row}
        label={`${result.key}, ${count(result.size)} bytes`}
      />
    </>
  );
}

function CopyAll({ text }: { text: () => Promise<string> }) {
  const copy = async () => navigator.clipboard.writeText(await text());
  return (
    <Button size="compact-xs" variant="subtle" color="gray" onClick={() => void copy()}>
      Copy all
    </Button>
  );
}
