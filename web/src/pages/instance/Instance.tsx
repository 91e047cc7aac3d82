/** One instance: what it is, its runs, and its configuration. */
import { ActionIcon, Button, Menu } from "@mantine/core";
import { IconCopy, IconDots, IconPencil, IconPlayerPlay, IconTrash } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { type InstanceInList, instanceQuery } from "#api/instances";
import { useDeleteInstance, useStartRun } from "#components/actions";
import { Configuration } from "#components/Configuration";
import { useEndings } from "#components/endings";
import { Failed } from "#components/Missing";
import { Page } from "#components/Page";
import { topics } from "#live/frames";
import { useTopic } from "#live/hooks";
import { useHotkey } from "#ui/hotkeys";
import { ButtonLink, MenuLink } from "#ui/links";
import { LoadingState } from "#ui/States";
import { count } from "#util/format";
import { Details } from "./Details";
import styles from "./Instance.module.css";
import { Runs } from "./Runs";

const route = getRouteApi("/experiments/$id");
const CRUMBS = [{ label: "Experiments", to: "/experiments" }];

export default function Instance() {
  const { id } = route.useParams();
  const { data, error, refetch } = useQuery(instanceQuery(id));
  useTopic(data ? topics.instance(data.id) : null, useEndings(data?.id));
  if (data && !error) return <Known key={data.id} instance={data} />;
  if (error) return <Failed what="instance" error={error} retry={() => void refetch()} />;
  return <LoadingState />;
}

function Known({ instance }: { instance: InstanceInList }) {
  const { tab = "runs" } = route.useSearch();
  return (
    <Page
      crumbs={CRUMBS}
      title={instance.name}
      status={instance.stats.last_run_status ?? undefined}
      actions={<Actions instance={instance} />}
      subtitle={<Details instance={instance} />}
    >
      <Tabs instance={instance} />
      {tab === "runs" ? (
        <Runs instanceId={instance.id} />
      ) : (
        <section className={`panel ${styles.configuration}`} aria-label="Configuration">
          <Values instance={instance} />
        </section>
      )}
    </Page>
  );
}

function Values({ instance }: { instance: InstanceInList }) {
  const { changed = false } = route.useSearch();
  const navigate = useNavigate();
  const show = (only: boolean) =>
    void navigate({
      to: ".",
      search: { tab: "configuration", ...(only && { changed: true }) },
      replace: true,
      resetScroll: false,
    });
  return (
    <Configuration
      module={instance.experiment_module}
      value={instance.configuration}
      onlyChanged={changed}
      setOnlyChanged={show}
    />
  );
}

function Tabs({ instance }: { instance: InstanceInList }) {
  const { run_count: runs } = instance.stats;
  return (
    <nav className={styles.tabs} aria-label="Parts of the instance">
      <Link to="." search={{}} activeOptions={{ exact: true }}>
        Runs <span className="dim number">{count(runs)}</span>
      </Link>
      <Link to="." search={{ tab: "configuration" }} activeOptions={{ exact: true }}>
        Configuration
      </Link>
    </nav>
  );
}

function Actions({ instance }: { instance: InstanceInList }) {
  const { id } = instance;
  const navigate = useNavigate();
  const { start, isPending } = useStartRun();
  useHotkey("r", "Start run", () => start(id));
  useHotkey("e", "Edit", () => void navigate({ to: "/experiments/$id/edit", params: { id } }));
  return (
    <>
      <Button
        leftSection={<IconPlayerPlay size={14} />}
        loading={isPending}
        onClick={() => start(id)}
      >
        Start run
      </Button>
      <ButtonLink
        to="/experiments/$id/edit"
        params={{ id }}
        variant="default"
        leftSection={<IconPencil size={14} />}
      >
        Edit
      </ButtonLink>
      <More instance={instance} />
    </>
  );
}

function More({ instance }: { instance: InstanceInList }) {
  const navigate = useNavigate();
  const { remove } = useDeleteInstance(() => void navigate({ to: "/experiments" }));
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon size={30} variant="default" aria-label="More">
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <MenuLink
          to="/experiments/new"
          search={{ clone: instance.id }}
          leftSection={<IconCopy size={14} />}
        >
          Clone
        </MenuLink>
        <Menu.Item
          color="var(--status-failed)"
          leftSection={<IconTrash size={14} />}
          onClick={() => void remove(instance, instance.stats.run_count)}
        >
          Delete
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
