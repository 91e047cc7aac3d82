/** Long work in slices of a few milliseconds. */

const SLICE_MS = 8;

/** What a generator returns; whenever it has yielded after a slice, the page has its turn. */
export async function pausing<T>(work: Generator<undefined, T>, signal?: AbortSignal): Promise<T> {
  let begun = performance.now();
  for (let step = work.next(); ; step = work.next()) {
    if (step.done) return step.value;
    if (performance.now() - begun < SLICE_MS) continue;
    await new Promise((resume) => setTimeout(resume));
    signal?.throwIfAborted();
    begun = performance.now();
  }
}
