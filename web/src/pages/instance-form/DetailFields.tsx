/** Name, description, and, folded up, what a run may use. */
import { Textarea, TextInput } from "@mantine/core";
import { IconChevronRight } from "@tabler/icons-react";
import { useState } from "react";
import styles from "./InstanceForm.module.css";
import type { DetailsInput } from "./useDetails";

export function DetailFields({ details }: { details: DetailsInput }) {
  return (
    <>
      <TextInput
        label="Name"
        classNames={{ root: styles.beside }}
        required
        maxLength={500}
        autoComplete="off"
        {...details.field("name")}
      />
      <Textarea
        label="Description"
        classNames={{ root: styles.beside }}
        autosize
        minRows={1}
        maxRows={10}
        {...details.field("description")}
      />
      <Limits details={details} />
    </>
  );
}

function Limits({ details }: { details: DetailsInput }) {
  const fields = [details.field("timeLimit"), details.field("memoryLimit"), details.field("gpus")];
  const wrong = fields.some(({ error }) => error);
  const [wanted, setOpen] = useState(false);
  const open = wanted || wrong;
  return (
    <div>
      <button
        type="button"
        className={styles.fold}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <IconChevronRight size={14} aria-hidden />
        Limits
        {!open && <span className="dim">{summary(details)}</span>}
      </button>
      {open && (
        <div className={styles.limits}>
          <TextInput
            label="Time limit"
            placeholder="none"
            description="90s, 15m, 2h 30m"
            {...fields[0]}
          />
          <TextInput
            label="Memory limit"
            placeholder="none"
            description="512 MB, 4 GiB"
            {...fields[1]}
          />
          <TextInput
            label="GPUs"
            placeholder="0"
            inputMode="numeric"
            description="Runs wait for them"
            {...fields[2]}
          />
        </div>
      )}
    </div>
  );
}

function summary({ values }: DetailsInput): string {
  const { timeLimit, memoryLimit, gpus } = values;
  const said = [
    timeLimit,
    memoryLimit,
    gpus && gpus !== "0" && `${gpus} GPU${gpus === "1" ? "" : "s"}`,
  ];
  return said.filter(Boolean).join(" · ") || "none";
}
