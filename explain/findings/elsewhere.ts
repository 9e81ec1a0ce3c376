import type { SpanRun } from "../deliveries/delivery.ts";
import { firstNot } from "../waits/search.ts";
import type { Stay } from "./seats.ts";

/** What the consumers of a stage did for other stages. */
export type Elsewhere = {
  readonly ns: number;
  /** Of those stages. */
  readonly topics: readonly string[];
};

type StageRuns = { readonly topic: string; readonly runs: readonly SpanRun[] };

/** Tells for any of the stages what its consumers did meanwhile for the others. */
export function createElsewhere(stages: readonly StageRuns[]) {
  const stagesOf = new Map<string, StageRuns[]>();
  for (const stage of stages) {
    for (const consumer of new Set(stage.runs.map((run) => run.consumer))) {
      const known = stagesOf.get(consumer);
      if (known) known.push(stage);
      else stagesOf.set(consumer, [stage]);
    }
  }
  const shared = new Set([...stagesOf].flatMap(([consumer, all]) => (all.length > 1 ? [consumer] : [])));
  const runs = stages.flatMap((stage) => stage.runs.filter((run) => shared.has(run.consumer)));
  const sums = new Map(
    [...Map.groupBy(runs, ({ consumer }) => consumer)].map(([consumer, all]) => [consumer, createSums(all)]),
  );

  return (own: StageRuns, stays: readonly Stay[]): Elsewhere => {
    const sharedStays = stays.filter(({ consumer }) => shared.has(consumer));
    const within = ({ consumer, fromNs, toNs }: Stay) => sums.get(consumer)?.between(fromNs, toNs) ?? 0;
    const allNs = sharedStays.reduce((ns, stay) => ns + within(stay), 0);
    const ownNs = own.runs.reduce(
      (ns, run) => ns + (shared.has(run.consumer) ? run.endNs - run.startNs : 0),
      0,
    );
    const others = new Set(sharedStays.flatMap(({ consumer }) => stagesOf.get(consumer) ?? []));
    others.delete(own);
    return {
      ns: Math.max(0, allNs - ownNs),
      topics: [...others].map(({ topic }) => topic),
    };
  };
}

/** Sums up how long runs took within any time. */
function createSums(runs: readonly SpanRun[]) {
  const starts = sumUp(runs.map(({ startNs }) => startNs));
  const ends = sumUp(runs.map(({ endNs }) => endNs));
  const upTo = (atNs: number) => starts(atNs) - ends(atNs);
  return { between: (fromNs: number, toNs: number) => upTo(toNs) - upTo(fromNs) };
}

/** Time that has passed since each of the moments before another, added up. */
function sumUp(moments: readonly number[]): (atNs: number) => number {
  const sorted = moments.toSorted((a, b) => a - b);
  const [first = 0] = sorted;
  const sums = new Float64Array(sorted.length + 1);
  sorted.forEach((atNs, n) => {
    sums[n + 1] = (sums[n] ?? 0) + atNs - first;
  });
  return (atNs) => {
    const before = firstNot(sorted, (one) => one < atNs);
    return before * (atNs - first) - (sums[before] ?? 0);
  };
}
