/** What can be done with the runs that are chosen: a bar at the foot of the window. */
import { Button } from "@mantine/core";
import type { RunInList } from "#api/runs";
import { ButtonLink } from "#ui/links";
import { count, plural } from "#util/format";
import { useBulk } from "./bulk";
import styles from "./SelectedRuns.module.css";
import type { Selection } from "./selection";

type Props = { runs: readonly RunInList[]; selection: Selection };

export function SelectedRuns({ runs, selection }: Props) {
  const chosen = runs.filter(({ id }) => selection.ids.has(id));
  const { live, ended, cancel, remove, isPending } = useBulk(chosen, selection.clear);
  if (chosen.length === 0) return null;
  return (
    <div className={styles.bar} role="toolbar" aria-label="Chosen runs">
      <span className="number">{plural(chosen.length, "run")} chosen</span>
      <ButtonLink
        to="/compare"
        search={{ runs: chosen.map(({ id }) => id).join(",") }}
        disabled={chosen.length < 2}
      >
        Compare
      </ButtonLink>
      <Button
        variant="default"
        disabled={live === 0}
        loading={isPending}
        onClick={() => void cancel()}
      >
        Cancel {live > 0 && count(live)}
      </Button>
      <Button
        variant="default"
        disabled={ended === 0}
        loading={isPending}
        onClick={() => void remove()}
      >
        Delete {ended > 0 && count(ended)}
      </Button>
      <Button variant="subtle" color="gray" onClick={selection.clear}>
        None
      </Button>
    </div>
  );
}
