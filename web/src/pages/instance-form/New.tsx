/** A new instance. */
import { Select } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { experimentQuery, experimentsQuery } from "#api/experiments";
import { createInstance } from "#api/instances";
import { Page } from "#components/Page";
import { toast } from "#ui/toast";
import { type Filled, InstanceForm } from "./InstanceForm";

const route = getRouteApi("/experiments/new");
const CRUMBS = [{ label: "Experiments", to: "/experiments" }];

export default function New() {
  const { experiment } = route.useSearch();
  const navigate = useNavigate();
  const known = useQuery(experimentsQuery());
  const details = useQuery({ ...experimentQuery(experiment ?? ""), enabled: !!experiment });
  const { mutateAsync } = useMutation(createInstance(useQueryClient()));
  const submit = async (filled: Filled) => {
    const made = await mutateAsync({ ...filled, experiment_module: experiment ?? "" });
    toast.success("Experiment instance created");
    await navigate({ to: "/experiments/$id", params: { id: made.id } });
  };
  const choices = known.data?.experiments.map(({ module, name }) => ({
    value: module,
    label: name,
  }));
  return (
    <Page title="New instance" crumbs={CRUMBS}>
      <InstanceForm
        key={details.data?.module}
        initial={{ name: "", description: null, configuration: details.data?.defaults ?? {} }}
        submitLabel="Create"
        submit={submit}
      >
        <Select
          label="Experiment"
          required
          searchable
          maw={720}
          data={choices ?? []}
          value={experiment ?? null}
          onChange={(module) =>
            void navigate({
              to: "/experiments/new",
              search: { experiment: module ?? undefined },
              replace: true,
            })
          }
        />
      </InstanceForm>
    </Page>
  );
}
