/** Processor and memory over time. */
import { useQuery } from "@tanstack/react-query";
import { type RunDetails, type Usage, usageQuery } from "#api/runs";
import { bytes, duration } from "#util/format";
import { cpuSeconds, peakBytes } from "#util/memory";
import { isFinal } from "#util/status";
import styles from "./Details.module.css";
import { Sparkline } from "./Sparkline";

const ASK_EVERY_MS = 2000;

export function UsageCharts({ run }: { run: RunDetails }) {
  const live = !isFinal(run.status);
  const { data } = useQuery({
    ...usageQuery(run.id),
    staleTime: live ? 0 : 30_000,
    refetchInterval: live ? ASK_EVERY_MS : false,
  });
  const samples = data?.items ?? [];
  const last = samples[samples.length - 1] ?? run.usage;
  if (!last) {
    const why = live ? "Not measured yet." : "It was over before it was measured.";
    return <p className={`dim ${styles.none}`}>{why}</p>;
  }
  const memory = samples.map((sample) => sample.memory_bytes);
  const cpu = samples.map((sample) => sample.cpu_percent);
  const peak = `peak ${bytes(peakBytes(run) ?? last.peak_memory_bytes)}`;
  const inAll = `${duration(cpuSeconds(run) ?? last.cpu_s)} in all`;
  return (
    <div className={styles.charts}>
      <Chart
        name="Memory"
        now={live ? `${bytes(last.memory_bytes)}, ${peak}` : peak}
        values={memory}
        say={bytes}
        at={seconds(samples)}
      />
      <Chart
        name="CPU"
        now={live ? `${Math.round(last.cpu_percent)}% of a core, ${inAll}` : inAll}
        values={cpu}
        say={(value) => `${Math.round(value)}%`}
        at={seconds(samples)}
      />
      {gpusOf(samples).map((device) => (
        <Chart
          key={device}
          name={`GPU ${device}`}
          now={`${Math.round(utilization(last, device))}%`}
          values={samples.map((sample) => utilization(sample, device))}
          say={(value) => `${Math.round(value)}%`}
          at={seconds(samples)}
        />
      ))}
    </div>
  );
}

type ChartProps = {
  name: string;
  now: string;
  values: number[];
  at: number[];
  say: (value: number) => string;
};

function Chart({ name, now, values, at, say }: ChartProps) {
  return (
    <figure className={styles.chart}>
      <figcaption>
        {name} <span className="dim number">{now}</span>
      </figcaption>
      <Sparkline values={values} at={at} label={`${name} over time: ${now}`} say={say} />
    </figure>
  );
}

function seconds(samples: readonly Usage[]): number[] {
  return samples.map((sample) => Date.parse(sample.sampled_at) / 1000);
}

function gpusOf(samples: readonly Usage[]): string[] {
  return [...new Set(samples.flatMap(({ gpus }) => gpus.map(({ device }) => device)))];
}

function utilization(sample: Usage, device: string): number {
  return sample.gpus.find((gpu) => gpu.device === device)?.utilization_percent ?? 0;
}
