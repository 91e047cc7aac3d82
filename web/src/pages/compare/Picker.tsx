/** Adds a run to those that are compared. */
import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { itemsOf } from "#api/cache";
import { type RunOfInstance, runsQuery } from "#api/runs";
import { shortId } from "#util/format";

type Props = { chosen: readonly string[]; add: (id: string) => void };

export function Picker({ chosen, add }: Props) {
  const [words, setWords] = useState("");
  const [name] = useDebouncedValue(words, 200);
  const query = runsQuery(name && !name.includes(" · ") ? { name } : {});
  const { data } = useInfiniteQuery({ ...query, placeholderData: (before) => before });
  const isChosen = (run: RunOfInstance) => chosen.some((id) => run.id.endsWith(id));
  const offered = itemsOf(data).filter((run) => !isChosen(run));
  return (
    <Select
      w={270}
      aria-label="Add a run"
      placeholder="Add a run …"
      searchable
      value={null}
      searchValue={words}
      onSearchChange={setWords}
      nothingFoundMessage="No such run"
      filter={({ options }) => options}
      data={offered.map((run) => ({ value: run.id, label: labelOf(run) }))}
      onChange={(id) => {
        if (id) add(id);
        setWords("");
      }}
    />
  );
}

function labelOf(run: RunOfInstance): string {
  return `${run.instance_name} · ${shortId(run.id)} · ${run.status}`;
}
