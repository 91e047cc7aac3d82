/** What an instance is: its experiment, its times and its limits. */
import type { ReactNode } from "react";
import type { InstanceInList } from "#api/instances";
import { TextLink } from "#ui/links";
import { RelativeTime } from "#ui/Time";
import { exactBytes } from "#util/amounts";
import { duration, plural } from "#util/format";
import styles from "./Instance.module.css";

export function Details({ instance }: { instance: InstanceInList }) {
  const { description, experiment_module: module } = instance;
  return (
    <>
      {description && <p className={styles.description}>{description}</p>}
      <dl className={styles.details}>
        <Detail name="Experiment">
          <TextLink to="/experiments" search={{ experiment: module }} className="mono">
            {module}
          </TextLink>
        </Detail>
        <Detail name="Created">
          <RelativeTime at={instance.inserted_at} />
        </Detail>
        <Detail name="Modified">
          <RelativeTime at={instance.updated_at} />
        </Detail>
        {limitsOf(instance).map(([name, value]) => (
          <Detail key={name} name={name}>
            {value}
          </Detail>
        ))}
      </dl>
    </>
  );
}

function Detail({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function limitsOf(instance: InstanceInList): [string, string][] {
  const { time_limit_s: time, memory_limit_bytes: memory, gpus } = instance;
  const limits: [string, string | null][] = [
    ["Time limit", time && duration(time)],
    ["Memory limit", memory && exactBytes(memory)],
    ["Needs", gpus ? plural(gpus, "GPU") : null],
  ].map(([name, value]) => [name as string, value ? String(value) : null]);
  return limits.filter((limit): limit is [string, string] => limit[1] !== null);
}
