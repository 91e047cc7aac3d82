/** A choice of a few, as the browser draws it: quick, and good on a phone. */
import { NativeSelect } from "@mantine/core";

type Props = {
  label: string;
  value: string;
  options: readonly { value: string; label: string }[];
  choose: (value: string) => void;
};

export function Choice({ label, value, options, choose }: Props) {
  return (
    <NativeSelect
      aria-label={label}
      size="xs"
      value={value}
      data={[...options]}
      onChange={({ currentTarget }) => choose(currentTarget.value)}
    />
  );
}
