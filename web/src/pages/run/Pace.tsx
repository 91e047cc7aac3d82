/** How fast a run goes on, or for how long it has not. */
import { useState } from "react";
import type { Progress } from "#api/runs";
import { useNow } from "#ui/Time";
import { duration } from "#util/format";
import { paceOf } from "#util/pace";

export function Pace({ progress, start }: { progress: Progress; start: string }) {
  const now = useNow();
  const { current, total } = progress;
  const told = Date.parse(progress.updated_at ?? start);
  const { heard, gap_s } = useHeard(told);
  const elapsed_s = (told - Date.parse(start)) / 1000;
  const silence_s = (now - heard) / 1000;
  const pace = paceOf({ current, total, elapsed_s, silence_s, gap_s });
  if (pace === null) return null;
  const { goes, left_s } = pace;
  return (
    <span className="dim number">
      {goes}
      {left_s !== null && left_s > 0 && ` · ${duration(Math.max(1, Math.round(left_s)))} left`}
    </span>
  );
}

/**
 * When something was told last, and how long after what was told before. What comes while one
 * looks is taken by the clock of this machine, which may differ from the run's.
 */
function useHeard(told: number): { heard: number; gap_s: number } {
  const [last, setLast] = useState({ told, heard: told, gap_s: 0 });
  if (told === last.told) return last;
  const next = { told, heard: Date.now(), gap_s: (told - last.told) / 1000 };
  setLast(next);
  return next;
}
