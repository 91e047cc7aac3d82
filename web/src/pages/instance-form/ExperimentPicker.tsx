/** The experiments to choose from; those that are broken are there too, with the reason. */
import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type Experiments, experimentsQuery } from "#api/experiments";
import { messageOf } from "#api/problem";
import { described, Labelled } from "#forms/Labelled";
import { plural } from "#util/format";
import styles from "./InstanceForm.module.css";

type Props = { value: string | undefined; choose: (module: string) => void };

export function ExperimentPicker({ value, choose }: Props) {
  const { data, error } = useQuery(experimentsQuery());
  const about = aboutAll(data);
  const usable =
    data?.experiments.map(({ module, name }) => ({ value: module, label: name })) ?? [];
  const broken =
    data?.broken.map(({ module, name }) => ({
      value: module,
      label: name ?? module,
      disabled: true,
    })) ?? [];
  const groups = broken.length > 0 ? [{ group: "Broken", items: broken }] : [];
  const chosen = value ? about.get(value) : undefined;
  const reading = data?.reading.length ?? 0;
  const help = [chosen?.text, reading && `${plural(reading, "more file")} being read…`];
  const line = {
    id: "experiment",
    label: "Experiment",
    required: true,
    help: help.filter(Boolean).join(" · "),
    problem: error ? messageOf(error) : undefined,
  };
  return (
    <Labelled {...line}>
      <Select
        {...described(line)}
        searchable
        allowDeselect={false}
        placeholder={data ? "Choose an experiment" : "Looking for experiments…"}
        nothingFoundMessage="No experiment is called that."
        maxDropdownHeight={360}
        data={[...usable, ...groups]}
        value={value ?? null}
        onChange={(module) => module && choose(module)}
        filter={({ options, search }) => {
          const wanted = search.trim().toLowerCase();
          const fits = ({ value: module, label }: Option) =>
            `${label} ${module} ${about.get(module)?.text}`.toLowerCase().includes(wanted);
          return options
            .map((one) => ("group" in one ? { ...one, items: one.items.filter(fits) } : one))
            .filter((one) => ("group" in one ? one.items.length > 0 : fits(one)));
        }}
        renderOption={({ option }) => (
          <div className={styles.option} data-broken={about.get(option.value)?.broken || undefined}>
            <div>{option.label}</div>
            <p className="dim">{about.get(option.value)?.text ?? option.value}</p>
          </div>
        )}
      />
    </Labelled>
  );
}

type Option = { value: string; label: string };
type About = { text: string; broken: boolean };

function aboutAll(data: Experiments | undefined): Map<string, About> {
  const about = new Map<string, About>();
  for (const { module, description } of data?.experiments ?? [])
    about.set(module, { text: description ?? module, broken: false });
  for (const { module, reason } of data?.broken ?? [])
    about.set(module, { text: reason, broken: true });
  return about;
}
