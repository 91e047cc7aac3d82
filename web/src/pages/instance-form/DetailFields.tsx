/** Name, description, and, folded up, what a run may use. */
import { IconChevronRight } from "@tabler/icons-react";
import { useState } from "react";
import { TextArea, TextInput } from "#forms/inputs";
import { described, Labelled } from "#forms/Labelled";
import type { Detail } from "./details";
import styles from "./InstanceForm.module.css";
import type { DetailsInput } from "./useDetails";

export function DetailFields({ details }: { details: DetailsInput }) {
  return (
    <>
      <Line details={details} name="name" label="Name" required />
      <Line details={details} name="description" label="Description" long />
      <Limits details={details} />
    </>
  );
}

type LineProps = {
  details: DetailsInput;
  name: Detail;
  label: string;
  required?: boolean;
  help?: string;
  placeholder?: string;
  long?: boolean;
};

function Line({ details, name, label, required, help, placeholder, long }: LineProps) {
  const { error: problem, ...input } = details.field(name);
  const line = { id: `detail:${name}`, label, required, help, problem };
  const Input = long ? TextArea : TextInput;
  return (
    <Labelled {...line}>
      <Input {...described(line)} {...input} {...(long && { rows: 1 })} placeholder={placeholder} />
    </Labelled>
  );
}

function Limits({ details }: { details: DetailsInput }) {
  const wrong = LIMITS.some((name) => details.field(name).error);
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
        <>
          <Line
            {...{ details }}
            name="timeLimit"
            label="Time limit"
            help="90s, 15m, 2h 30m"
            placeholder="none"
          />
          <Line
            {...{ details }}
            name="memoryLimit"
            label="Memory limit"
            help="512 MB, 4 GiB"
            placeholder="none"
          />
          <Line
            {...{ details }}
            name="gpus"
            label="GPUs"
            help="Runs wait until they are free"
            placeholder="0"
          />
        </>
      )}
    </div>
  );
}

const LIMITS: Detail[] = ["timeLimit", "memoryLimit", "gpus"];

function summary({ values }: DetailsInput): string {
  const { timeLimit, memoryLimit, gpus } = values;
  const said = [
    timeLimit,
    memoryLimit,
    gpus && gpus !== "0" && `${gpus} GPU${gpus === "1" ? "" : "s"}`,
  ];
  return said.filter(Boolean).join(" · ") || "none";
}
