/** Files of experiments that cannot be imported, each with its traceback, folded. */
import { IconAlertTriangle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type Experiments, experimentsQuery } from "#api/experiments";
import { plural } from "#util/format";
import styles from "./Dashboard.module.css";

type Broken = Experiments["broken"][number];

export function BrokenExperiments() {
  const { data } = useQuery(experimentsQuery());
  const broken = data?.broken ?? [];
  if (broken.length === 0) return null;
  return (
    <section className={`panel ${styles.broken}`} aria-label="Broken experiments">
      <h2>
        <IconAlertTriangle size={15} aria-hidden /> {plural(broken.length, "experiment")} cannot be
        read
      </h2>
      {broken.map((one) => (
        <Reason key={`${one.module} ${one.name}`} broken={one} />
      ))}
    </section>
  );
}

function Reason({ broken }: { broken: Broken }) {
  const { module, name, file, reason, traceback } = broken;
  const what = (
    <>
      <span className="mono" title={file ?? undefined}>
        {name ?? module}
      </span>{" "}
      <span className="dim">{reason}</span>
    </>
  );
  if (!traceback) return <div className={styles.reason}>{what}</div>;
  return (
    <details className={styles.reason}>
      <summary>{what}</summary>
      <pre className="mono" tabIndex={0}>
        {traceback}
      </pre>
    </details>
  );
}
