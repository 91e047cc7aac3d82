/**
 * What a run says while it is watched: its state, totals and the newest lines and results. Lines
 * come thousands a second, so they do not pass through React one by one: what came is put together
 * once an animation frame, and the windows are bounded.
 */
import type { LogLine } from "#api/logs";
import type { ResultSummary } from "#api/results";
import type { LogCounts, Progress, Usage } from "#api/runs";
import { Store } from "#util/store";
import type { LiveLine, SomeRun, TopicFrame } from "./frames";

export const MOST_LINES = 5000;
export const MOST_RESULTS = 1000;
/** What may wait for a frame that does not come because the tab is hidden. */
const MOST_WAITING = 2000;

export type RunFeedState = {
  run: SomeRun | null;
  progress: Progress | null;
  usage: Usage | null;
  logCounts: LogCounts | null;
  resultCount: number | null;
  /** The newest lines, by line number, without gaps unless `lagged` grew. */
  lines: readonly LiveLine[];
  results: readonly ResultSummary[];
  /** How often lines were left out because they came faster than a page can show. */
  lagged: number;
  deleted: boolean;
};

const EMPTY: RunFeedState = {
  run: null,
  progress: null,
  usage: null,
  logCounts: null,
  resultCount: null,
  lines: [],
  results: [],
  lagged: 0,
  deleted: false,
};

export class RunFeed {
  readonly store = new Store<RunFeedState>(EMPTY);
  private waiting: TopicFrame[] = [];
  private scheduled = false;
  private readonly schedule: (act: () => void) => void;

  constructor(schedule: (act: () => void) => void = nextFrame) {
    this.schedule = schedule;
  }

  receive = (frame: TopicFrame): void => {
    this.waiting.push(frame);
    if (this.waiting.length >= MOST_WAITING) this.flush();
    if (this.scheduled) return;
    this.scheduled = true;
    this.schedule(() => {
      this.scheduled = false;
      this.flush();
    });
  };

  /** Lines that were fetched: what was said before the page was opened, or was left out. */
  seedLines(lines: readonly LogLine[]): void {
    const state = this.store.get();
    this.store.set({ ...state, lines: withLines(state.lines, lines) });
  }

  seedResults(results: readonly ResultSummary[]): void {
    const state = this.store.get();
    this.store.set({ ...state, results: withResults(state.results, results) });
  }

  private flush(): void {
    const frames = this.waiting;
    this.waiting = [];
    if (frames.length > 0) this.store.set(foldFeed(this.store.get(), frames));
  }
}

/** The state after some frames; lines and results are put together once for all of them. */
export function foldFeed(state: RunFeedState, frames: readonly TopicFrame[]): RunFeedState {
  const next = { ...state };
  const lines: LiveLine[] = [];
  const results: ResultSummary[] = [];
  for (const frame of frames) {
    if (frame.event === "logs_added") lines.push(...frame.logs);
    if (frame.event === "results_added") results.push(...frame.results);
    Object.assign(next, facts(frame, next));
  }
  if (lines.length) next.lines = withLines(state.lines, lines);
  if (results.length) next.results = withResults(state.results, results);
  return next;
}

function facts(frame: TopicFrame, state: RunFeedState): Partial<RunFeedState> {
  switch (frame.event) {
    case "subscribed":
      return frame.snapshot.run ? ofRun(frame.snapshot.run) : {};
    case "run_updated":
      return ofRun(frame.run);
    case "progress_updated":
      return { progress: frame.progress };
    case "usage_updated":
      return { usage: frame.usage };
    case "logs_added":
      return { logCounts: frame.log_counts };
    case "results_added":
      return { resultCount: frame.result_count };
    case "lagged":
      return {
        lagged: state.lagged + 1,
        logCounts: frame.totals.log_counts,
        resultCount: frame.totals.result_count,
      };
    case "run_deleted":
      return { deleted: true };
    default:
      return {};
  }
}

function ofRun(run: SomeRun): Partial<RunFeedState> {
  const { progress, usage, log_counts: logCounts, result_count: resultCount } = run;
  return { run, progress, usage, logCounts, resultCount };
}

/** Lines by number, each once, the newest MOST_LINES. */
export function withLines(known: readonly LiveLine[], more: readonly LiveLine[]): LiveLine[] {
  const last = known[known.length - 1]?.line ?? 0;
  const inOrder = more.every((line, at) => line.line > (more[at - 1]?.line ?? last));
  if (inOrder) return known.concat(more).slice(-MOST_LINES);
  const byNumber = new Map([...known, ...more].map((line) => [line.line, line]));
  return [...byNumber.values()].sort((a, b) => a.line - b.line).slice(-MOST_LINES);
}

/** Results in the order in which they were said, each once, the newest MOST_RESULTS. */
export function withResults(
  known: readonly ResultSummary[],
  more: readonly ResultSummary[],
): ResultSummary[] {
  const byId = new Map([...known, ...more].map((result) => [result.id, result]));
  const order = (a: ResultSummary, b: ResultSummary) => a.attempt - b.attempt || a.seq - b.seq;
  return [...byId.values()].sort(order).slice(-MOST_RESULTS);
}

function nextFrame(act: () => void): void {
  requestAnimationFrame(act); // called as a method of anything else, it refuses
}
