/** The names of what is in the query cache: `[noun, "list" | "one", …]`. */
export const keys = {
  experiments: ["experiments"] as const,
  experiment: (module: string) => ["experiments", "one", module] as const,
  instanceLists: ["instances", "list"] as const,
  instanceList: (filter: object) => ["instances", "list", filter] as const,
  instances: ["instances", "one"] as const,
  instance: (id: string) => ["instances", "one", id] as const,
  runLists: ["runs", "list"] as const,
  runList: (filter: object) => ["runs", "list", filter] as const,
  runs: ["runs", "one"] as const,
  run: (id: string) => ["runs", "one", id] as const,
  activeRuns: ["runs", "active"] as const,
  output: (runId: string) => ["output", runId] as const,
  logs: (runId: string, filter: object) => ["output", runId, "logs", filter] as const,
  results: (runId: string, filter: object) => ["output", runId, "results", filter] as const,
  result: (runId: string, id: string, part: object) =>
    ["output", runId, "result", id, part] as const,
  usage: (runId: string) => ["output", runId, "usage"] as const,
  comparison: (ids: readonly string[]) => ["comparison", ...ids] as const,
  health: ["health"] as const,
};
