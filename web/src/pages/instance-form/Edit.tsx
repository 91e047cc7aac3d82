/** Changes an instance; its runs keep what they were made with. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { instanceQuery, updateInstance } from "#api/instances";
import { Failed } from "#components/Missing";
import { Page } from "#components/Page";
import { LoadingState } from "#ui/States";
import { toast } from "#ui/toast";
import { type Filled, InstanceForm } from "./InstanceForm";

const route = getRouteApi("/experiments/$id/edit");

export default function Edit() {
  const { id } = route.useParams();
  const navigate = useNavigate();
  const { data, error, refetch } = useQuery(instanceQuery(id));
  const { mutateAsync } = useMutation(updateInstance(useQueryClient()));
  if (error) return <Failed what="instance" error={error} retry={() => void refetch()} />;
  if (!data) return <LoadingState />;
  const submit = async (changes: Filled) => {
    await mutateAsync({ id: data.id, changes });
    toast.success("Configuration updated");
    await navigate({ to: "/experiments/$id", params: { id: data.id } });
  };
  const crumbs = [
    { label: "Experiments", to: "/experiments" },
    { label: data.name, to: `/experiments/${data.id}` },
  ];
  return (
    <Page title="Edit" crumbs={crumbs}>
      <InstanceForm initial={data} submitLabel="Save" submit={submit} />
    </Page>
  );
}
