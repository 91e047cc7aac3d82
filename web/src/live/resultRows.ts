/**
 * The results of runs with their values, for tables and charts: read page by page, and on from
 * there when a run has said more. Bounded; what is beyond is in the export.
 */
import { useEffect, useMemo, useState } from "react";
import { type ResultRow, rowsAfter } from "#api/results";
import { Families } from "#util/families";
import { Store } from "#util/store";

export const MOST_ROWS = 50_000;
const LOOK_AGAIN_MS = 400;

export type RowsState = {
  families: Families;
  loaded: number;
  complete: boolean;
  /** There is more than is shown. */
  cut: boolean;
  error: unknown;
};

/** Reads the results of one run once each. */
export class ResultRows {
  readonly store: Store<RowsState>;
  private cursor: string | null = null;
  private last: Pick<ResultRow, "attempt" | "seq"> = { attempt: 0, seq: -1 };
  private reading: AbortController | null = null;
  private again = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly runId: string;
  private readonly prefix: string;

  constructor(runId: string, prefix: string) {
    this.runId = runId;
    this.prefix = prefix;
    const families = new Families();
    this.store = new Store({ families, loaded: 0, complete: false, cut: false, error: null });
  }

  /** Read to the end, or look again whether there is more. */
  async read(): Promise<void> {
    this.again = this.reading !== null;
    if (this.again) return;
    const reading = new AbortController();
    this.reading = reading;
    try {
      while (await this.readPage(reading.signal));
    } catch (error) {
      if (!reading.signal.aborted) this.tell({ error });
    } finally {
      if (this.reading === reading) this.reading = null;
    }
    if (this.again && !reading.signal.aborted) await this.read();
  }

  /** Look again soon, however often it is told. */
  wake(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void this.read();
    }, LOOK_AGAIN_MS);
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.reading?.abort();
    this.reading = null;
  }

  /** Whether another page follows. */
  private async readPage(signal: AbortSignal): Promise<boolean> {
    const page = await rowsAfter(this.runId, this.prefix, this.cursor, signal);
    if (signal.aborted) return false;
    const fresh = page.items.filter((row) => this.isNew(row));
    const { families, loaded } = this.store.get();
    families.add(fresh);
    this.last = fresh[fresh.length - 1] ?? this.last;
    const cut = loaded + fresh.length >= MOST_ROWS;
    if (page.next !== null) this.cursor = page.next;
    const complete = page.next === null || cut;
    this.tell({ loaded: loaded + fresh.length, complete, cut, error: null });
    return !complete;
  }

  private isNew({ attempt, seq }: ResultRow): boolean {
    return attempt > this.last.attempt || (attempt === this.last.attempt && seq > this.last.seq);
  }

  private tell(change: Partial<RowsState>): void {
    this.store.set({ ...this.store.get(), ...change });
  }
}

/** Rows of several runs, each followed while its `count` of results grows. */
export function useResultRows(
  runs: readonly { id: string; count: number }[],
  prefix = "",
): ReadonlyMap<string, RowsState> {
  const ids = runs.map((run) => run.id).join(",");
  const readers = useMemo(
    () =>
      new Map(
        ids
          .split(",")
          .filter(Boolean)
          .map((id) => [id, new ResultRows(id, prefix)]),
      ),
    [ids, prefix],
  );
  const [states, setStates] = useState<ReadonlyMap<string, RowsState>>(new Map());
  useEffect(() => watchAll(readers, setStates), [readers]);
  const counts = runs.map((run) => run.count).join(",");
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever there are more results
  useEffect(() => {
    for (const reader of readers.values()) reader.wake();
  }, [readers, counts]);
  return states;
}

function watchAll(
  readers: ReadonlyMap<string, ResultRows>,
  tell: (states: ReadonlyMap<string, RowsState>) => void,
): () => void {
  const tellAll = () => tell(new Map([...readers].map(([id, reader]) => [id, reader.store.get()])));
  const leave = [...readers.values()].map((reader) => reader.store.subscribe(tellAll));
  tellAll();
  for (const reader of readers.values()) void reader.read();
  return () => {
    for (const each of leave) each();
    for (const reader of readers.values()) reader.stop();
  };
}
