/** What comes over the socket, as the server's document has it; docs/reference/live.md says when. */
import type { Schemas } from "#api/client";

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
export type Snapshot = Partial<
  Schemas["RunSnapshot"] &
    Schemas["ActiveSnapshot"] &
    Schemas["InstancesSnapshot"] &
    Schemas["InstanceSnapshot"] &
    Schemas["Experiments"]
>;

export type LiveLine = Schemas["LogLine"] & { cut?: boolean };
export type SomeRun = Schemas["RunInList"] &
  Partial<Pick<Schemas["RunOfInstance"], "instance_name" | "experiment_module">>;

type About = "hello" | "beat" | "error";
type Told<F> = F extends { event: About }
  ? F
  : F extends { event: "subscribed" }
    ? Omit<F, "topic" | "snapshot"> & { topic: Topic; snapshot: Snapshot }
    : F extends { run: unknown }
      ? Omit<F, "topic" | "run"> & { topic: Topic; run: SomeRun }
      : Omit<F, "topic"> & { topic: Topic };

export type Frame = Told<Schemas["LiveFrame"]>;

/** A frame of a topic. */
export type TopicFrame = Exclude<Frame, { event: About }>;
