/** How much memory a run has used. */

type Used = {
  metadata: { peak_memory_bytes?: unknown };
  usage?: { peak_memory_bytes: number } | null | undefined;
};

/** The most at any moment, in bytes: what was known at the end, else what was sampled by now. */
export function peakBytes({ metadata, usage }: Used): number | undefined {
  const known = metadata.peak_memory_bytes;
  return typeof known === "number" ? known : usage?.peak_memory_bytes;
}
