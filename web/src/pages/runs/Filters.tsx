/** Which runs are listed: by the name of their instance, by experiment and by time. */
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { experimentsQuery } from "#api/experiments";
import { Choice } from "#ui/Choice";
import { SearchInput } from "#ui/SearchInput";
import { shortModule } from "#util/format";
import styles from "./Runs.module.css";
import type { RunsSearch, Span } from "./search";

const route = getRouteApi("/runs");
const TIMES = [
  { value: "", label: "Any time" },
  { value: "1h", label: "Last hour" },
  { value: "24h", label: "Last 24 hours" },
  { value: "7d", label: "Last 7 days" },
  { value: "30d", label: "Last 30 days" },
];

export function Filters() {
  const { name, experiment, within } = route.useSearch();
  const navigate = route.useNavigate();
  const change = (changed: RunsSearch) =>
    void navigate({ search: (before) => ({ ...before, ...changed }), replace: true });
  return (
    <search className={styles.filters} aria-label="Runs">
      <SearchInput
        label="Search by instance"
        value={name ?? ""}
        search={(text) => change({ name: text || undefined })}
      />
      <Choice
        label="Experiment"
        value={experiment ?? ""}
        options={useExperimentChoices(experiment)}
        choose={(chosen) => change({ experiment: chosen || undefined })}
      />
      <Choice
        label="Time"
        value={within ?? ""}
        options={TIMES}
        choose={(chosen) => change({ within: (chosen as Span) || undefined })}
      />
    </search>
  );
}

function useExperimentChoices(chosen: string | undefined) {
  const { data } = useQuery(experimentsQuery());
  const modules = new Set(data?.experiments.map(({ module }) => module));
  if (chosen) modules.add(chosen); // of an experiment that is broken or gone
  const choices = [...modules].map((module) => ({ value: module, label: shortModule(module) }));
  return [{ value: "", label: "All experiments" }, ...choices];
}
