/** All instances, and what is running now. */
import { ActionIcon, Button, Menu } from "@mantine/core";
import { IconDots, IconPlayerPlay, IconPlus } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { itemsOf } from "#api/cache";
import { type InstanceInList, instancesQuery } from "#api/instances";
import { useDeleteInstance, useStartRun } from "#components/actions";
import { Page } from "#components/Page";
import { topics } from "#live/frames";
import { useTopic } from "#live/hooks";
import { ButtonLink, MenuLink, TextLink } from "#ui/links";
import { EmptyState, ErrorState, LoadingState } from "#ui/States";
import { StatusBadge } from "#ui/StatusBadge";
import { RelativeTime } from "#ui/Time";
import { plural, shortModule } from "#util/format";
import styles from "./Dashboard.module.css";
import { RunningNow } from "./RunningNow";

export default function Dashboard() {
  useTopic(topics.instances);
  return (
    <Page title="Experiments" actions={<NewButton />}>
      <RunningNow />
      <Instances />
    </Page>
  );
}

function NewButton() {
  return (
    <ButtonLink to="/experiments/new" leftSection={<IconPlus size={14} />}>
      New instance
    </ButtonLink>
  );
}

function Instances() {
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage } = useInfiniteQuery(
    instancesQuery(),
  );
  if (isPending) return <LoadingState />;
  if (!data) return <ErrorState error={error} retry={() => void refetch()} />;
  const instances = itemsOf(data);
  if (instances.length === 0) return <NoInstances />;
  return (
    <>
      <div className={styles.grid}>
        {instances.map((instance) => (
          <Card key={instance.id} instance={instance} />
        ))}
      </div>
      {hasNextPage && (
        <Button mt="md" variant="default" onClick={() => void fetchNextPage()}>
          Show more
        </Button>
      )}
    </>
  );
}

function NoInstances() {
  return (
    <EmptyState title="No instances yet" action={<NewButton />}>
      An instance is an experiment with its configuration filled in. Make the first one, then start
      runs of it.
    </EmptyState>
  );
}

function Card({ instance }: { instance: InstanceInList }) {
  const { start, isPending } = useStartRun();
  const { id, name, description, stats } = instance;
  return (
    <article className={`panel ${styles.card}`} aria-label={name}>
      <div className={styles.top}>
        <TextLink to="/experiments/$id" params={{ id }} className={`clip ${styles.name}`}>
          {name}
        </TextLink>
        {stats.last_run_status && <StatusBadge status={stats.last_run_status} />}
      </div>
      <div className="mono dim clip" title={instance.experiment_module}>
        {shortModule(instance.experiment_module)}
      </div>
      {description && <div className="clip2">{description}</div>}
      <div className={styles.bottom}>
        <span className="dim number">
          {plural(stats.run_count, "run")}
          {stats.last_run_at && " · "}
          {stats.last_run_at && <RelativeTime at={stats.last_run_at} />}
        </span>
        <Button
          className={styles.push}
          size="compact-xs"
          variant="light"
          leftSection={<IconPlayerPlay size={12} />}
          loading={isPending}
          onClick={() => start(id)}
        >
          Start run
        </Button>
        <More instance={instance} />
      </div>
    </article>
  );
}

function More({ instance }: { instance: InstanceInList }) {
  const { remove } = useDeleteInstance();
  const params = { id: instance.id };
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon
          size="sm"
          variant="subtle"
          color="gray"
          aria-label={`More about ${instance.name}`}
        >
          <IconDots size={15} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <MenuLink to="/experiments/$id" params={params}>
          Details
        </MenuLink>
        <MenuLink to="/experiments/$id/edit" params={params}>
          Edit
        </MenuLink>
        <Menu.Item color="red" onClick={() => void remove(instance, instance.stats.run_count)}>
          Delete
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
