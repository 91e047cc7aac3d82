/** What the list shows: by name, experiment and last status, and in which order. */
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { type Experiments, experimentsQuery } from "#api/experiments";
import type { InstanceFilter, InstanceSort } from "#api/instances";
import { Choice } from "#ui/Choice";
import { SearchInput } from "#ui/SearchInput";
import { shortModule } from "#util/format";
import { STATUSES, type Status } from "#util/status";
import styles from "./Dashboard.module.css";
import { SORTS } from "./search";

const route = getRouteApi("/experiments");

export function Filters({ filter }: { filter: InstanceFilter }) {
  const { data } = useQuery(experimentsQuery());
  const navigate = route.useNavigate();
  const change = (changed: InstanceFilter) =>
    void navigate({ search: (before) => ({ ...before, ...changed }), replace: true });
  return (
    <search className={styles.filters} aria-label="Instances">
      <SearchInput
        label="Search instances"
        value={filter.name ?? ""}
        search={(name) => change({ name: name || undefined })}
      />
      <Choice
        label="Experiment"
        value={filter.experiment ?? ""}
        options={experimentChoices(data, filter.experiment)}
        choose={(experiment) => change({ experiment: experiment || undefined })}
      />
      <Choice
        label="Last status"
        value={filter.status?.[0] ?? ""}
        options={STATUS_CHOICES}
        choose={(status) => change({ status: status ? [status as Status] : undefined })}
      />
      <Choice
        label="Sort by"
        value={filter.sort ?? "last_run"}
        options={SORT_CHOICES}
        choose={(sort) => change({ sort: sort as InstanceSort })}
      />
    </search>
  );
}

const STATUS_CHOICES = [
  { value: "", label: "Any status" },
  ...STATUSES.map((one) => ({ value: one, label: `Last run ${one}` })),
];
const SORT_CHOICES = SORTS.map(({ value, label }) => ({ value, label: `Sort: ${label}` }));

function experimentChoices(known: Experiments | undefined, chosen: string | undefined) {
  const modules = new Set(known?.experiments.map(({ module }) => module));
  if (chosen) modules.add(chosen); // of an experiment that is broken or gone
  const choices = [...modules].map((module) => ({ value: module, label: shortModule(module) }));
  return [{ value: "", label: "All experiments" }, ...choices];
}
