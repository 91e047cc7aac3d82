/** All instances, and what is running now. */
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { keys } from "#api/keys";
import { useEndings } from "#components/endings";
import { NewInstance } from "#components/NewInstance";
import { Page } from "#components/Page";
import { topics } from "#live/frames";
import { useTopic } from "#live/hooks";
import { plural } from "#util/format";
import { BrokenExperiments } from "./BrokenExperiments";
import { Filters } from "./Filters";
import { Instances } from "./Instances";
import { RunningNow } from "./RunningNow";

const route = getRouteApi("/experiments");

export default function Dashboard() {
  const filter = route.useSearch();
  useTopic(topics.instances);
  useTopic(topics.modules);
  useTopic(topics.activeRuns, useEndings());
  return (
    <Page title="Experiments" badge={<Total />} actions={<NewInstance />}>
      <BrokenExperiments />
      <RunningNow />
      <Filters filter={filter} />
      <Instances filter={filter} />
    </Page>
  );
}

/** How many instances there are, once the socket has told. */
function Total() {
  const { data } = useQuery<number>({ queryKey: keys.instanceCount, enabled: false });
  return data ? <span className="dim number">{plural(data, "instance")}</span> : null;
}
