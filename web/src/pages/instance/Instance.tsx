/** One instance: what it is, and its runs. */
import { Button, Stack } from "@mantine/core";
import { IconPlayerPlay } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { type InstanceInList, instanceQuery } from "#api/instances";
import { useDeleteInstance, useStartRun } from "#components/actions";
import { Configuration } from "#components/Configuration";
import { Failed } from "#components/Missing";
import { Page } from "#components/Page";
import { topics } from "#live/frames";
import { useTopic } from "#live/hooks";
import { useHotkey } from "#ui/hotkeys";
import { ButtonLink } from "#ui/links";
import { LoadingState } from "#ui/States";
import { RelativeTime } from "#ui/Time";
import { Runs } from "./Runs";

const route = getRouteApi("/experiments/$id");

export default function Instance() {
  const { id } = route.useParams();
  const { data, error, refetch } = useQuery(instanceQuery(id));
  useTopic(data ? topics.instance(data.id) : null);
  if (data && !error) return <Known instance={data} />;
  if (error) return <Failed what="instance" error={error} retry={() => void refetch()} />;
  return <LoadingState />;
}

function Known({ instance }: { instance: InstanceInList }) {
  const crumbs = [{ label: "Experiments", to: "/experiments" }];
  return (
    <Page
      crumbs={crumbs}
      title={instance.name}
      actions={<Actions instance={instance} />}
      subtitle={<Subtitle instance={instance} />}
    >
      <Stack gap="md">
        <Runs instanceId={instance.id} />
        <section className="panel">
          <h2>Configuration</h2>
          <Configuration module={instance.experiment_module} value={instance.configuration} />
        </section>
      </Stack>
    </Page>
  );
}

function Subtitle({ instance }: { instance: InstanceInList }) {
  return (
    <>
      <div className="dim">
        <span className="mono">{instance.experiment_module}</span> · made{" "}
        <RelativeTime at={instance.inserted_at} /> · changed{" "}
        <RelativeTime at={instance.updated_at} />
      </div>
      {instance.description && <div>{instance.description}</div>}
    </>
  );
}

function Actions({ instance }: { instance: InstanceInList }) {
  const navigate = useNavigate();
  const { start, isPending } = useStartRun();
  const { remove } = useDeleteInstance(() => void navigate({ to: "/experiments" }));
  useHotkey("r", "Start run", () => start(instance.id));
  return (
    <>
      <Button
        leftSection={<IconPlayerPlay size={14} />}
        loading={isPending}
        onClick={() => start(instance.id)}
      >
        Start run
      </Button>
      <ButtonLink to="/experiments/$id/edit" params={{ id: instance.id }} variant="default">
        Edit
      </ButtonLink>
      <Button variant="default" onClick={() => void remove(instance, instance.stats.run_count)}>
        Delete
      </Button>
    </>
  );
}
