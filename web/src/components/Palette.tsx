/** Any instance, run or action by a few letters: Ctrl-K. Loaded when first opened. */
import {
  Spotlight,
  type SpotlightActionData,
  type SpotlightActionGroupData,
} from "@mantine/spotlight";
import "@mantine/spotlight/styles.css";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useDeferredValue, useState } from "react";
import { itemsOf } from "#api/cache";
import { instancesQuery } from "#api/instances";
import { runsQuery } from "#api/runs";
import { hotkeys } from "#ui/hotkeys";
import { shortId, shortModule } from "#util/format";
import { paletteStore } from "./palette";

export default function Palette() {
  const [query, setQuery] = useState("");
  const groups = useGroups(useDeferredValue(query.trim()));
  return (
    <Spotlight
      store={paletteStore}
      shortcut={null}
      actions={groups}
      query={query}
      onQueryChange={setQuery}
      nothingFound="Nothing found"
      searchProps={{ placeholder: "Go to an instance, a run or a page", "aria-label": "Search" }}
      scrollable
      maxHeight={420}
      highlightQuery
    />
  );
}

function useGroups(query: string): SpotlightActionGroupData[] {
  const name = query === "" ? {} : { name: query };
  const instances = useInfiniteQuery(instancesQuery(name));
  const runs = useInfiniteQuery(runsQuery(name));
  const navigate = useNavigate();
  return [
    { group: "Actions", actions: usePages() },
    {
      group: "Instances",
      actions: itemsOf(instances.data)
        .slice(0, 20)
        .map(({ id, name: label, experiment_module: module }) => ({
          id: `instance ${id}`,
          label,
          description: shortModule(module),
          onClick: () => void navigate({ to: "/experiments/$id", params: { id } }),
        })),
    },
    {
      group: "Runs",
      actions: itemsOf(runs.data)
        .slice(0, 20)
        .map(({ id, instance_name: instance, status }) => ({
          id: `run ${id}`,
          label: `${instance} · ${shortId(id)}`,
          description: status,
          onClick: () => void navigate({ to: "/runs/$id", params: { id } }),
        })),
    },
  ];
}

function usePages(): SpotlightActionData[] {
  const navigate = useNavigate();
  const pages = [
    { label: "Experiments", to: "/experiments" },
    { label: "All runs", to: "/runs" },
    { label: "New instance", to: "/experiments/new" },
  ] as const;
  const keys = hotkeys.get().filter(({ keys: name }) => name !== "mod+k");
  return [
    ...pages.map(({ label, to }) => ({ id: to, label, onClick: () => void navigate({ to }) })),
    ...keys.map(({ keys: name, description, action }) => ({
      id: `key ${name}`,
      label: description,
      rightSection: <kbd className="mono dim">{name}</kbd>,
      onClick: action,
    })),
  ];
}
