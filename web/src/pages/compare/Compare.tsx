/** Runs side by side. */
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { type Comparison, comparisonQuery } from "#api/comparison";
import { Page } from "#components/Page";
import { TextLink } from "#ui/links";
import { EmptyState, ErrorState, LoadingState } from "#ui/States";
import { StatusBadge } from "#ui/StatusBadge";
import { Table } from "#ui/Table";
import { shortId } from "#util/format";

const route = getRouteApi("/compare");

export default function Compare() {
  const { runs = "" } = route.useSearch();
  const ids = runs.split(",").filter(Boolean);
  const { data, error, isLoading, refetch } = useQuery(comparisonQuery(ids));
  return (
    <Page title="Compare" crumbs={[{ label: "Runs", to: "/runs" }]}>
      {ids.length < 2 && (
        <EmptyState title="Choose two runs or more">Their ids go into the address.</EmptyState>
      )}
      {isLoading && <LoadingState />}
      {error && <ErrorState error={error} retry={() => void refetch()} />}
      {data && <SideBySide found={data} />}
    </Page>
  );
}

function SideBySide({ found }: { found: Comparison }) {
  const parts = {
    Configuration: found.configuration,
    Figures: found.figures,
    Surroundings: found.surroundings,
  };
  return Object.entries(parts).map(([title, rows]) => (
    <section key={title} className="panel" style={{ marginBottom: 12 }}>
      <h2>{title}</h2>
      <Table
        head={["", ...found.runs.map((run) => <Head key={run.id} found={found} id={run.id} />)]}
      >
        {Object.entries(rows).map(([path, values]) => (
          <tr key={path}>
            <td className="mono">{path}</td>
            {found.runs.map(({ id }) => (
              <td key={id} className="mono">
                {id in values ? JSON.stringify(values[id]) : "–"}
              </td>
            ))}
          </tr>
        ))}
      </Table>
    </section>
  ));
}

function Head({ found, id }: { found: Comparison; id: string }) {
  const run = found.runs.find((one) => one.id === id);
  return (
    <>
      <TextLink to="/runs/$id" params={{ id }}>
        {found.names[id]} <span className="mono">{shortId(id)}</span>
      </TextLink>{" "}
      {run && <StatusBadge status={run.status} />}
    </>
  );
}
