/** An instance in the list: what it is, how its last run went, and what can be done with it. */
import { ActionIcon, Button, Menu, Tooltip } from "@mantine/core";
import { IconDots, IconPencil, IconPlayerPlay } from "@tabler/icons-react";
import { memo } from "react";
import type { InstanceInList } from "#api/instances";
import type { RunOfInstance } from "#api/runs";
import { useDeleteInstance, useStartRun } from "#components/actions";
import { RunBadge } from "#components/RunBadge";
import { IconLink, MenuLink, TextLink } from "#ui/links";
import { ProgressBar } from "#ui/ProgressBar";
import { StatusBadge } from "#ui/StatusBadge";
import { RelativeTime } from "#ui/Time";
import { plural, shortModule } from "#util/format";
import styles from "./Dashboard.module.css";

type Props = {
  instance: InstanceInList;
  at: number;
  /** How many there are; -1 while that is not known. */
  of: number;
  /** What it is working at. */
  run?: RunOfInstance;
};

export const InstanceRow = memo(function InstanceRow({ instance, at, of, run }: Props) {
  const { id, name, description, experiment_module: module, stats } = instance;
  return (
    <article className={styles.row} aria-label={name} aria-posinset={at + 1} aria-setsize={of}>
      <div className={styles.what}>
        <TextLink
          to="/experiments/$id"
          params={{ id }}
          className={`clip ${styles.name}`}
          title={name}
          data-main
        >
          {name}
        </TextLink>
        {description && <div className="dim clip2">{description}</div>}
      </div>
      <div className={`mono dim clip ${styles.module}`} title={module}>
        {shortModule(module)}
      </div>
      <div className={styles.last}>
        <div className={styles.lastLine}>
          {run ? <RunBadge run={run} /> : <LastStatus {...stats} />}
          {stats.last_run_at && <RelativeTime at={stats.last_run_at} />}
        </div>
        {run?.progress && <ProgressBar {...run.progress} label={`Progress of ${name}`} />}
      </div>
      <div className={`dim number ${styles.count}`}>{plural(stats.run_count, "run")}</div>
      <Actions instance={instance} />
    </article>
  );
});

function LastStatus({ last_run_status: status }: InstanceInList["stats"]) {
  return status ? <StatusBadge status={status} /> : <span className="dim">never run</span>;
}

function Actions({ instance }: { instance: InstanceInList }) {
  const { id, name } = instance;
  const { start, isPending } = useStartRun();
  return (
    <div className={styles.actions}>
      <Button
        size="compact-xs"
        variant="default"
        leftSection={<IconPlayerPlay size={12} />}
        aria-label={`Start run of ${name}`}
        loading={isPending}
        onClick={() => start(id)}
      >
        Start run
      </Button>
      <Tooltip label="Edit">
        <IconLink
          to="/experiments/$id/edit"
          params={{ id }}
          size="sm"
          variant="subtle"
          color="gray"
          aria-label={`Edit ${name}`}
        >
          <IconPencil size={15} />
        </IconLink>
      </Tooltip>
      <More instance={instance} />
    </div>
  );
}

function More({ instance }: { instance: InstanceInList }) {
  const { remove } = useDeleteInstance();
  const { id, name, stats } = instance;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon size="sm" variant="subtle" color="gray" aria-label={`More about ${name}`}>
          <IconDots size={15} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <MenuLink to="/experiments/$id" params={{ id }}>
          Details
        </MenuLink>
        <MenuLink to="/experiments/$id/edit" params={{ id }}>
          Edit
        </MenuLink>
        <MenuLink to="/experiments/new" search={{ clone: id }}>
          Clone
        </MenuLink>
        <Menu.Divider />
        <Menu.Item
          color="var(--status-failed)"
          onClick={() => void remove(instance, stats.run_count)}
        >
          Delete
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
