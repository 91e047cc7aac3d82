/** Changes an instance; its runs keep what they were made with. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { type Instance, instanceQuery, updateInstance } from "#api/instances";
import { Failed } from "#components/Missing";
import { Page } from "#components/Page";
import { inSearch } from "#forms/views";
import { LoadingState } from "#ui/States";
import { toast } from "#ui/toast";
import { shortModule } from "#util/format";
import { same } from "#util/place";
import { typed } from "./details";
import { InstanceForm } from "./InstanceForm";
import styles from "./InstanceForm.module.css";
import { useConfigurationForm } from "./useConfigurationForm";
import type { Filled } from "./useSaving";

const route = getRouteApi("/experiments/$id/edit");

export default function Edit() {
  const { id } = route.useParams();
  const { data, error, refetch } = useQuery(instanceQuery(id));
  if (error && !data) return <Failed what="instance" error={error} retry={() => void refetch()} />;
  return data ? <Editing key={data.id} instance={data} /> : <LoadingState />;
}

function Editing({ instance: newest }: { instance: Instance }) {
  // What it was when the form was opened: that others change it takes nothing away here.
  const [instance] = useState(newest);
  const { view } = route.useSearch();
  const navigate = useNavigate();
  const { mutateAsync } = useMutation(updateInstance(useQueryClient()));
  const { form, known, error, retry } = useConfigurationForm(
    instance.experiment_module,
    instance.configuration,
  );
  const save = async ({ configuration, ...details }: Filled) => {
    const changes = same(configuration, instance.configuration)
      ? details
      : { ...details, configuration };
    await mutateAsync({ id: instance.id, changes });
    toast.success("Configuration updated");
    return () => navigate({ to: "/experiments/$id", params: { id: instance.id } });
  };
  const crumbs = [
    { label: "Experiments", to: "/experiments" },
    { label: instance.name, to: `/experiments/${instance.id}` },
  ];
  return (
    <Page
      narrow
      title={`Edit ${instance.name}`}
      crumb="Edit"
      crumbs={crumbs}
      subtitle={<Subtitle instance={instance} error={error} />}
    >
      <InstanceForm
        initial={typed(instance)}
        form={form}
        known={known}
        loading
        error={error}
        retry={retry}
        view={view ?? "form"}
        setView={(next) =>
          void navigate({ to: ".", search: inSearch(next), replace: true, resetScroll: false })
        }
        verbs={[{ label: "Save", save }]}
      />
    </Page>
  );
}

function Subtitle({ instance, error }: { instance: Instance; error: Error | null }) {
  return (
    <>
      <div className="dim">
        An instance of{" "}
        <span className="mono" title={instance.experiment_module}>
          {shortModule(instance.experiment_module)}
        </span>
      </div>
      {error && (
        <div className={styles.wrong}>
          Its experiment cannot be read now, so there is no form for it: {error.message}
        </div>
      )}
    </>
  );
}
