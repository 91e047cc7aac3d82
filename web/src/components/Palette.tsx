/** Any instance, run, experiment or action by a few letters: Ctrl-K. Loaded when first opened. */
import {
  Spotlight,
  type SpotlightActionData,
  type SpotlightActionGroupData,
} from "@mantine/spotlight";
import "@mantine/spotlight/styles.css";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { experimentsQuery } from "#api/experiments";
import { foundInstancesQuery } from "#api/instances";
import { foundRunsQuery, runQuery } from "#api/runs";
import { type Hotkey, hotkeys } from "#ui/hotkeys";
import { StatusBadge } from "#ui/StatusBadge";
import { shortId, shortModule } from "#util/format";
import { useStartRun } from "./actions";
import styles from "./Palette.module.css";
import { paletteStore, takeEarly } from "./palette";

const PAUSE_MS = 120;
const FEW = 7;

export default function Palette() {
  const [query, setQuery] = useState("");
  const [asked] = useDebouncedValue(query.trim(), PAUSE_MS, { leading: true });
  // What was found for the letters before may still be there: Enter must not open that.
  const groups = [
    { group: "Instances", actions: fitting(useInstances(asked), query) },
    { group: "Runs", actions: fitting(useRuns(asked), query) },
    { group: "Actions", actions: fitting(usePages(), query) },
    { group: "New instance of", actions: fitting(useExperiments(), query) },
    { group: "Start a run of", actions: fitting(useStarts(asked), query) },
  ];
  return (
    <Spotlight
      store={paletteStore}
      shortcut={null}
      actions={query.trim() === "" ? pagesFirst(groups) : groups}
      filter={(_, actions) => actions.filter(isFilled)}
      query={query}
      onQueryChange={setQuery}
      nothingFound="Nothing found"
      searchProps={{
        placeholder: "An instance, a run, an experiment, an action",
        "aria-label": "Search",
        onFocus: () => {
          const typed = takeEarly();
          if (typed) setQuery(typed);
        },
      }}
      scrollable
      maxHeight={480}
      transitionProps={{ duration: 80 }}
      overlayProps={{ blur: 0, backgroundOpacity: 0.4, transitionProps: { duration: 80 } }}
      attributes={{ content: { "aria-label": "Search and commands" } }}
      classNames={{ action: styles.action, actionsGroup: styles.group }}
      highlightQuery
    />
  );
}

function pagesFirst(groups: SpotlightActionGroupData[]): SpotlightActionGroupData[] {
  const first = groups.filter(({ group }) => group === "Actions");
  return [...first, ...groups.filter((group) => !first.includes(group))];
}

function isFilled(group: object): boolean {
  return "actions" in group && (group.actions as unknown[]).length > 0;
}

/** Those with every word of the query in their label. */
function fitting(actions: SpotlightActionData[], query: string): SpotlightActionData[] {
  const words = query.toLowerCase().split(/\s+/);
  return actions.filter(({ label = "" }) =>
    words.every((word) => label.toLowerCase().includes(word)),
  );
}

function useInstances(name: string): SpotlightActionData[] {
  const { data } = useQuery(foundInstancesQuery(name, FEW));
  const navigate = useNavigate();
  return (data?.items ?? []).map(({ id, name: label, experiment_module: module }) => ({
    id: `instance ${id}`,
    label,
    rightSection: <span className="mono dim">{shortModule(module)}</span>,
    onClick: () => void navigate({ to: "/experiments/$id", params: { id } }),
  }));
}

/** Only when something is looked for: the list would be the same one otherwise. */
function useStarts(name: string): SpotlightActionData[] {
  const { data } = useQuery({ ...foundInstancesQuery(name, FEW), enabled: name !== "" });
  const { start } = useStartRun();
  if (name === "") return [];
  return (data?.items ?? []).map(({ id, name: label }) => ({
    id: `start ${id}`,
    label,
    onClick: () => start(id),
  }));
}

const SHORT_ID = /^[0-9a-f]{8}$/i;

/** By the name of their instance, or by the id that lists show. */
function useRuns(text: string): SpotlightActionData[] {
  const { data } = useQuery(foundRunsQuery(text, FEW));
  const isId = SHORT_ID.test(text);
  const { data: one } = useQuery({ ...runQuery(text), enabled: isId, retry: false });
  const navigate = useNavigate();
  return [...(isId && one ? [one] : []), ...(data?.items ?? [])].map(
    ({ id, instance_name: instance, status }) => ({
      id: `run ${id}`,
      label: `${instance} · ${shortId(id)}`,
      rightSection: <StatusBadge status={status} />,
      onClick: () => void navigate({ to: "/runs/$id", params: { id } }),
    }),
  );
}

function useExperiments(): SpotlightActionData[] {
  const { data } = useQuery(experimentsQuery());
  const navigate = useNavigate();
  return (data?.experiments ?? []).map(({ module, name, description }) => ({
    id: `experiment ${module}`,
    label: name,
    description: description ?? undefined,
    onClick: () => void navigate({ to: "/experiments/new", search: { experiment: module } }),
  }));
}

/** Keys that only make sense with a row in view. */
const OF_LISTS = new Set(["mod+k", "j", "k", "x", "/", "Escape"]);

function usePages(): SpotlightActionData[] {
  const navigate = useNavigate();
  const pages = [
    { label: "Go to experiments", to: "/experiments" },
    { label: "Go to all runs", to: "/runs" },
  ] as const;
  const known = new Map(hotkeys.get().map((hotkey) => [hotkey.keys, hotkey]));
  const keys = [...known.values()].filter(({ keys: name }) => !OF_LISTS.has(name));
  return [
    ...keys.map(ofKey),
    ...pages.map(({ label, to }) => ({ id: to, label, onClick: () => void navigate({ to }) })),
  ];
}

function ofKey({ keys, description, action }: Hotkey): SpotlightActionData {
  return {
    id: `key ${keys}`,
    label: description,
    rightSection: <kbd className="mono dim">{keys}</kbd>,
    onClick: action,
  };
}
