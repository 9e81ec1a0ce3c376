import type { PipelineState } from "../../api.ts";

/** Samples over time, as uPlot takes them: seconds, then one list of values for each line. */
export type Series = {
  readonly names: readonly string[];
  readonly data: readonly [number[], ...(number | null)[][]];
};

/** Messages that wait, by topic. */
export function lagSeries(history: readonly PipelineState[]): Series {
  return series(history, ({ topics }) =>
    topics.map(({ topic, partitions }) => [topic, partitions.reduce((sum, { lag }) => sum + lag, 0)]),
  );
}

/** CPU in percent of a core, by instance. */
export function cpuSeries(history: readonly PipelineState[]): Series {
  return series(history, ({ instances }) =>
    instances.map(({ instance, cpuPercent }) => [instance, cpuPercent]),
  );
}

function series(
  history: readonly PipelineState[],
  valuesOf: (state: PipelineState) => readonly (readonly [string, number])[],
): Series {
  const samples = history.map((state) => new Map(valuesOf(state)));
  const names = [...new Set(samples.flatMap((sample) => [...sample.keys()]))].sort();
  return {
    names,
    data: [
      history.map(({ atMs }) => atMs / 1000),
      ...names.map((name) => samples.map((sample) => sample.get(name) ?? null)),
    ],
  };
}
