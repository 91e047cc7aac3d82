/** Moments and durations that stay true while they are looked at. */
import { useSyncExternalStore } from "react";
import { absoluteTime, duration, relativeTime } from "#util/format";
import { Store } from "#util/store";

/** One clock for the page: it ticks every second while somebody looks. */
const clock = new Store(Date.now());
let watchers = 0;
let timer: ReturnType<typeof setInterval> | undefined;

function watch(listener: () => void): () => void {
  watchers += 1;
  if (watchers === 1) {
    clock.set(Date.now());
    timer = setInterval(() => clock.set(Date.now()), 1000);
  }
  const leave = clock.subscribe(listener);
  return () => {
    leave();
    watchers -= 1;
    if (watchers === 0) clearInterval(timer);
  };
}

/** Milliseconds since the epoch, every second anew. */
export function useNow(): number {
  return useSyncExternalStore(watch, clock.get);
}

export function RelativeTime({ at }: { at: string | null | undefined }) {
  // The text, not the moment, so that it renders again only when it reads differently.
  const text = useSyncExternalStore(watch, () => (at ? relativeTime(at, clock.get()) : "–"));
  if (!at) return <span className="dim">–</span>;
  return (
    <time dateTime={at} className="number" title={absoluteTime(at)}>
      {text}
    </time>
  );
}

type Lasting = { seconds: number | null; since: string | null };

/** How long something took, or has taken so far when `seconds` is null. */
export function Duration({ seconds, since }: Lasting) {
  if (seconds !== null) return <span className="number">{duration(seconds)}</span>;
  if (since === null) return <span className="dim">–</span>;
  return <Elapsed since={since} />;
}

function Elapsed({ since }: { since: string }) {
  const elapsed_s = Math.max(0, Math.floor((useNow() - Date.parse(since)) / 1000));
  return <span className="number">{elapsed_s < 60 ? `${elapsed_s}s` : duration(elapsed_s)}</span>;
}
