/** What comes over the socket; docs/reference/live.md says when. */

import type { InstanceInList } from "#api/instances";
import type { LogLine } from "#api/logs";
import type { WrongValue } from "#api/problem";
import type { ResultSummary } from "#api/results";
import type { LogCounts, Progress, RunInList, RunOfInstance, Usage } from "#api/runs";

export type Topic =
  | "experiments:instances"
  | "experiments:modules"
  | "experiments:runs:active"
  | `experiments:instance:${string}`
  | `experiments:run:${string}`;

export const topics = {
  instances: "experiments:instances",
  modules: "experiments:modules",
  activeRuns: "experiments:runs:active",
  instance: (id: string): Topic => `experiments:instance:${id}`,
  run: (id: string): Topic => `experiments:run:${id}`,
} as const;

/** What a topic begins with; each topic fills in its own. */
export type Snapshot = {
  run?: RunInList;
  runs?: RunOfInstance[];
  running?: number;
  pending?: number;
  count?: number;
  instance?: InstanceInList;
};

export type LiveLine = LogLine & { cut?: boolean };
export type SomeRun = RunInList &
  Partial<Pick<RunOfInstance, "instance_name" | "experiment_module">>;

type Said =
  | { event: "subscribed"; snapshot: Snapshot }
  | { event: "unsubscribed" }
  | { event: "run_created" | "run_started" | "run_updated" | "run_completed"; run: SomeRun }
  | { event: "run_deleted"; run_id: string; instance_id?: string }
  | { event: "progress_updated"; run_id?: string; progress: Progress }
  | { event: "usage_updated"; usage: Usage }
  | { event: "logs_added"; logs: LiveLine[]; log_counts: LogCounts }
  | { event: "results_added"; results: ResultSummary[]; result_count: number }
  | {
      event: "lagged";
      from: string;
      to: string;
      totals: { log_counts: LogCounts; result_count: number };
    }
  | { event: "instance_created" | "instance_updated"; instance: InstanceInList }
  | { event: "instance_deleted"; instance_id: string }
  | { event: "modules_updated" };

/** A frame of a topic. */
export type TopicFrame = Said & { topic: Topic; revision?: number; cursor?: string };

export type Frame =
  | TopicFrame
  | { event: "hello"; server: string; version: string; beat_s: number }
  | { event: "beat" }
  | {
      event: "error";
      topic?: Topic;
      problem: {
        type: string;
        title: string;
        status: number;
        detail: string;
        errors?: WrongValue[];
      };
    };
