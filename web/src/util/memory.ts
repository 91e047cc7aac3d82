/** How much memory and processor time a run has used: what was known at the end, else what was sampled by now. */

type Used = {
  metadata: { peak_memory_bytes?: unknown; cpu_s?: unknown };
  usage?: { peak_memory_bytes: number; cpu_s?: number } | null | undefined;
};

/** The most at any moment, in bytes. */
export function peakBytes({ metadata, usage }: Used): number | undefined {
  const known = metadata.peak_memory_bytes;
  return typeof known === "number" ? known : usage?.peak_memory_bytes;
}

/** Of all its processes, in seconds. */
export function cpuSeconds({ metadata, usage }: Used): number | undefined {
  const known = metadata.cpu_s;
  return typeof known === "number" ? known : usage?.cpu_s;
}
