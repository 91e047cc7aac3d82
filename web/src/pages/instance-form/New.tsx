/** A new instance: of an experiment, or like another instance. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { createInstance, type Instance, instanceQuery } from "#api/instances";
import { messageOf } from "#api/problem";
import { startRun } from "#api/runs";
import { Failed } from "#components/Missing";
import { Page } from "#components/Page";
import { inSearch } from "#forms/views";
import { confirm } from "#ui/confirm";
import { LoadingState } from "#ui/States";
import { toast } from "#ui/toast";
import { NOTHING, typed } from "./details";
import { ExperimentPicker } from "./ExperimentPicker";
import { InstanceForm } from "./InstanceForm";
import { useConfigurationForm } from "./useConfigurationForm";
import type { Filled } from "./useSaving";

const route = getRouteApi("/experiments/new");
const CRUMBS = [{ label: "Experiments", to: "/experiments" }];

export default function New() {
  const { clone } = route.useSearch();
  const { data, error, refetch } = useQuery({ ...instanceQuery(clone ?? ""), enabled: !!clone });
  if (!clone) return <Filling />;
  if (error) return <Failed what="instance" error={error} retry={() => void refetch()} />;
  return data ? <Filling key={data.id} like={data} /> : <LoadingState />;
}

function Filling({ like }: { like?: Instance }) {
  const search = route.useSearch();
  const module = search.experiment ?? like?.experiment_module;
  const stored = like && module === like.experiment_module ? like.configuration : null;
  const { form, known, error, retry } = useConfigurationForm(module, stored);
  const verbs = useVerbs(module);
  const navigate = useNavigate();
  const [initial] = useState(() =>
    like ? { ...typed(like), name: `${like.name} copy` } : NOTHING,
  );
  const choose = async (experiment: string) => {
    if (experiment === module) return;
    if (form?.changed && !(await confirm(CHANGE))) return;
    await navigate({ to: "/experiments/new", search: { ...search, experiment }, replace: true });
  };
  return (
    <Page narrow title={like ? `Clone of ${like.name}` : "New instance"} crumbs={CRUMBS}>
      <InstanceForm
        initial={initial}
        form={form}
        known={known}
        loading={!!module}
        error={error}
        retry={retry}
        view={search.view ?? "form"}
        setView={(view) =>
          void navigate({
            to: ".",
            search: { ...search, ...inSearch(view) },
            replace: true,
            resetScroll: false,
          })
        }
        picker={<ExperimentPicker value={module} choose={(chosen) => void choose(chosen)} />}
        verbs={verbs}
      />
    </Page>
  );
}

const CHANGE = {
  title: "Change the experiment?",
  message: "Another experiment has another configuration: what was filled in here is lost.",
  yes: "Change",
  no: "Keep it",
};

/** Create, or create and run. */
function useVerbs(module: string | undefined) {
  const navigate = useNavigate();
  const cache = useQueryClient();
  const { mutateAsync: create } = useMutation(createInstance(cache));
  const { mutateAsync: start } = useMutation(startRun(cache));
  const make = async (filled: Filled) => {
    const made = await create({ ...filled, experiment_module: module ?? "" });
    toast.success("Experiment instance created");
    return made.id;
  };
  const show = (id: string) => navigate({ to: "/experiments/$id", params: { id } });
  const run = async (id: string) => {
    try {
      const begun = await start(id);
      toast.success("Run started");
      await navigate({ to: "/runs/$id", params: { id: begun.id } });
    } catch (failure) {
      toast.error(messageOf(failure), "Failed to start");
      await show(id);
    }
  };
  const saving = (then: (id: string) => Promise<void>) => async (filled: Filled) => {
    const id = await make(filled);
    return () => then(id);
  };
  return [
    { label: "Create", save: saving(show) },
    { label: "Create and run", save: saving(run) },
  ] as const;
}
