/** Words to find in a value, how often they are there, and the way from one to the next. */
import { ActionIcon, TextInput } from "@mantine/core";
import { IconChevronDown, IconChevronUp, IconSearch } from "@tabler/icons-react";
import { count } from "#util/format";
import styles from "./Results.module.css";
import type { Finding } from "./useFinding";

export function SearchBar({ finding }: { finding: Finding }) {
  const { words, setWords, go } = finding;
  const none = finding.count === 0;
  return (
    <>
      <TextInput
        className={styles.search}
        leftSection={<IconSearch size={13} />}
        placeholder="Find in the value"
        aria-label="Find in the value"
        value={words}
        onChange={(event) => setWords(event.currentTarget.value)}
        onKeyDown={({ key, shiftKey }) => {
          if (key === "Enter") go(shiftKey ? -1 : 1);
          if (key === "Escape") setWords("");
        }}
      />
      {words.trim() !== "" && (
        <>
          <span className="dim number" role="status">
            {said(finding)}
          </span>
          <ActionIcon
            size={22}
            variant="subtle"
            color="gray"
            aria-label="Previous place"
            disabled={none}
            onClick={() => go(-1)}
          >
            <IconChevronUp size={14} />
          </ActionIcon>
          <ActionIcon
            size={22}
            variant="subtle"
            color="gray"
            aria-label="Next place"
            disabled={none}
            onClick={() => go(1)}
          >
            <IconChevronDown size={14} />
          </ActionIcon>
        </>
      )}
    </>
  );
}

function said({ trouble, busy, count: places, complete, at }: Finding): string {
  if (trouble) return trouble;
  if (busy) return "…";
  if (places === 0) return "not found";
  return `${count(at + 1)} of ${count(places)}${complete ? "" : "+"}`;
}
