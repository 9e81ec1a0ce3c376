import type { SpanRun } from "../deliveries/delivery.ts";
import { firstNot } from "../waits/range-index.ts";
import type { Membership } from "./memberships.ts";

/** Time that the consumers of a stage spent on other stages. */
export type OtherStages = {
  readonly ns: number;
  readonly topics: readonly string[];
};

type StageRuns = { readonly topic: string; readonly runs: readonly SpanRun[] };

/** Measures for each stage how long its consumers worked for the others during their memberships. */
export function createOtherStages(stages: readonly StageRuns[]) {
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
  const runTimes = new Map(
    [...Map.groupBy(runs, ({ consumer }) => consumer)].map(([consumer, all]) => [
      consumer,
      createRunTime(all),
    ]),
  );

  return (own: StageRuns, memberships: readonly Membership[]): OtherStages => {
    const ofShared = memberships.filter(({ consumer }) => shared.has(consumer));
    const allNs = ofShared.reduce(
      (ns, { consumer, fromNs, toNs }) => ns + (runTimes.get(consumer)?.between(fromNs, toNs) ?? 0),
      0,
    );
    const ownNs = own.runs.reduce(
      (ns, run) => ns + (shared.has(run.consumer) ? run.endNs - run.startNs : 0),
      0,
    );
    const others = new Set(ofShared.flatMap(({ consumer }) => stagesOf.get(consumer) ?? []));
    others.delete(own);
    return {
      ns: Math.max(0, allNs - ownNs),
      topics: [...others].map(({ topic }) => topic),
    };
  };
}

/** Total run time within any period, in O(log n). */
function createRunTime(runs: readonly SpanRun[]) {
  const sinceStarts = timeSince(runs.map(({ startNs }) => startNs));
  const sinceEnds = timeSince(runs.map(({ endNs }) => endNs));
  const upTo = (atNs: number) => sinceStarts(atNs) - sinceEnds(atNs);
  return { between: (fromNs: number, toNs: number) => upTo(toNs) - upTo(fromNs) };
}

/** At a moment: the sum of the times since each earlier one of `moments`. */
function timeSince(moments: readonly number[]): (atNs: number) => number {
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
