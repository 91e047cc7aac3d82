/** The details of an instance while they are typed, and what is wrong with those that were left. */
import { useState } from "react";
import { type Detail, type Details, wrongWith } from "./details";

export function useDetails(initial: Details) {
  const [values, setValues] = useState(initial);
  const [left, setLeft] = useState<ReadonlySet<Detail>>(new Set());
  const [refused, setRefused] = useState<Partial<Record<Detail, string>>>({});
  const names = Object.keys(values) as Detail[];
  return {
    values,
    changed: names.some((name) => values[name] !== initial[name]),
    wrong: names.filter((name) => wrongWith(name, values) !== "").length,
    /** What a field needs to be typed into. */
    field: (name: Detail) => ({
      value: values[name],
      error: refused[name] ?? ((left.has(name) && wrongWith(name, values)) || undefined),
      onChange: (event: { currentTarget: { value: string } }) => {
        setValues({ ...values, [name]: event.currentTarget.value });
        setRefused({ ...refused, [name]: undefined });
      },
      onBlur: () => setLeft(new Set([...left, name])),
    }),
    revealAll: () => setLeft(new Set(names)),
    refuse: setRefused,
  };
}

export type DetailsInput = ReturnType<typeof useDetails>;
