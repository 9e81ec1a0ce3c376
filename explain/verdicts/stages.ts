import type { StageFinding } from "../explanation.ts";
import { maxOf, minOf } from "../extremes.ts";
import type { SpanRun } from "../normalise/delivery.ts";
import type { InOrder } from "../waits/in-order.ts";
import { type Cause, causes } from "../waits/run.ts";
import type { Explained } from "./explained.ts";
import { percentilesOf } from "./percentiles.ts";

const nsPerSecond = 1e9;

/** What one group consumes of one topic. */
export type Stage = {
  readonly finding: StageFinding;
  /** By arrival. */
  readonly explained: readonly Explained[];
  /** Runs that each consumer may have at a time. */
  readonly slotsOf: ReadonlyMap<string, number>;
  readonly inOrder: (run: SpanRun) => InOrder;
};

type Lanes = { slotsOf(consumer: string): number; inOrder(run: SpanRun): InOrder };

/** The stages, those that begin first first. */
export function stagesOf(explained: readonly Explained[], lanes: Lanes): Stage[] {
  const groups = Map.groupBy(explained, ({ delivery: { cluster, topic, group } }) =>
    [cluster, topic, group].join(" "),
  );
  return [...groups.values()]
    .map((ofStage) => ({
      stage: stageOf(ofStage, lanes),
      startNs: minOf(ofStage.map(({ delivery }) => delivery.run.startNs)),
    }))
    .sort((a, b) => a.startNs - b.startNs)
    .map(({ stage }) => stage);
}

export function arrivalOf({ delivery }: Explained): number {
  return delivery.availableNs ?? delivery.run.startNs;
}

function stageOf(unsorted: readonly Explained[], { slotsOf, inOrder }: Lanes): Stage {
  const explained = unsorted.toSorted((a, b) => arrivalOf(a) - arrivalOf(b));
  const runs = [...new Set(explained.flatMap(({ delivery }) => delivery.attempts))];
  const partitions = new Set(explained.map(({ delivery }) => delivery.partition)).size;
  const consumers = new Map(
    [...new Set(runs.map(({ consumer }) => consumer))].map((name) => [name, slotsOf(name)]),
  );
  const allSlots = [...consumers.values()].reduce((sum, slots) => sum + slots, 0);
  // More slots than partitions are of no use where a partition is consumed in order.
  const slots = runs.every((run) => inOrder(run) === "by-partition")
    ? Math.min(allSlots, partitions)
    : allSlots;
  const arrivals = explained.map(arrivalOf);
  const waits = explained.flatMap(({ wait }) => (wait ? [wait.ns] : []));
  const runNs = runs.map(({ startNs, endNs }) => endNs - startNs);
  const busyNs = runNs.reduce((sum, ns) => sum + ns, 0);
  const [from = 0, to = 0] = [arrivals[0], maxOf(runs.map(({ endNs }) => endNs))];
  const comingNs = (arrivals.at(-1) ?? 0) - (arrivals[0] ?? 0);
  const byCause = causes.flatMap((cause): [Cause, number][] => {
    const ns = explained.reduce((sum, { wait }) => sum + (wait?.byCause[cause] ?? 0), 0);
    return ns > 0 ? [[cause, ns]] : [];
  });
  const [first] = explained;
  return {
    explained,
    slotsOf: consumers,
    inOrder,
    finding: {
      stage: first?.delivery.group ?? "",
      topic: first?.delivery.topic ?? "",
      deliveries: explained.length,
      partitions,
      consumers: consumers.size,
      slots,
      arrivalsPerSecond:
        explained.length > 1 && comingNs > 0 ? ((explained.length - 1) / comingNs) * nsPerSecond : undefined,
      capacityPerSecond: busyNs > 0 ? (slots * explained.length * nsPerSecond) / busyNs : 0,
      utilisation: to > from ? Math.min(1, busyNs / (slots * (to - from))) : 0,
      waitNs: waits.length > 0 ? percentilesOf(waits) : undefined,
      runNs: percentilesOf(runNs),
      waitByCause: Object.fromEntries(byCause),
    },
  };
}
