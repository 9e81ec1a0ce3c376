import type { PipelineState } from "../../api.ts";
import { waitingIn } from "./topology.ts";

/** Samples further apart are not joined: no page was open in between. */
const gapMs = 3000;

/** Samples in the format of uPlot: a list of seconds, then one list of values per line. */
export type Series = {
  readonly names: readonly string[];
  readonly data: readonly [number[], ...(number | null)[][]];
};

/** Waiting messages by topic. */
export function lagSeries(history: readonly PipelineState[]): Series {
  return series(history, ({ topics }) =>
    topics.map(({ topic, partitions }) => [topic, partitions.reduce((sum, one) => sum + waitingIn(one), 0)]),
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
  const seconds: number[] = [];
  const points: (ReadonlyMap<string, number> | undefined)[] = [];
  for (const [n, { atMs }] of history.entries()) {
    const lastMs = history[n - 1]?.atMs ?? atMs;
    if (atMs - lastMs > gapMs) {
      seconds.push((lastMs + atMs) / 2000);
      points.push(undefined);
    }
    seconds.push(atMs / 1000);
    points.push(samples[n]);
  }
  const names = [...new Set(samples.flatMap((sample) => [...sample.keys()]))].sort();
  return {
    names,
    data: [seconds, ...names.map((name) => points.map((sample) => sample?.get(name) ?? null))],
  };
}
