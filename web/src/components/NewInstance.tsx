/** The way to the form of a new instance. */
import { IconPlus } from "@tabler/icons-react";
import { ButtonLink } from "#ui/links";

export function NewInstance({ experiment }: { experiment?: string }) {
  return (
    <ButtonLink
      to="/experiments/new"
      search={experiment ? { experiment } : {}}
      leftSection={<IconPlus size={14} />}
    >
      New instance
    </ButtonLink>
  );
}
