import { percentilesOf } from "../../core/percentiles.ts";
import { type Cause, causes } from "../causes.ts";
import type { SpanRun } from "../deliveries/delivery.ts";
import type { StageFinding } from "../explanation.ts";
import { maxOf, minOf } from "../extremes.ts";
import type { InOrder } from "../waits/timeline/in-order.ts";
import { createElsewhere, type Elsewhere } from "./elsewhere.ts";
import type { Explained } from "./explained.ts";
import { type Seats, type Stay, seatsOf, slotTimeOf, staysOf } from "./seats.ts";

const nsPerSecond = 1e9;
const noPercentiles = { p50: 0, p95: 0, p99: 0, max: 0 };

/** What one group consumes of one topic. */
export type Stage = {
  readonly finding: StageFinding;
  /** By arrival. */
  readonly explained: readonly Explained[];
  readonly seats: Seats;
  /** While there were any. */
  readonly slotsOnAverage: number;
  /** What its consumers did meanwhile for other stages, and the share of their time that it took. */
  readonly elsewhere: Elsewhere & { readonly share: number };
  readonly inOrder: (run: SpanRun) => InOrder;
};

type Lanes = { slotsOf(consumer: string): number; inOrder(run: SpanRun): InOrder };

type Members = {
  readonly topic: string;
  readonly group: string;
  /** By arrival. */
  readonly explained: readonly Explained[];
  /** All attempts. */
  readonly runs: readonly SpanRun[];
};

/** The stages, those that begin first first. */
export function stagesOf(explained: readonly Explained[], lanes: Lanes): Stage[] {
  const groups = Map.groupBy(explained, ({ delivery: { cluster, topic, group } }) =>
    [cluster, topic, group].join(" "),
  );
  const stages = [...groups.values()].map(membersOf);
  const elsewhereOf = createElsewhere(stages);
  return stages
    .map((members) => ({
      stage: stageOf(members, lanes, (stays) => elsewhereOf(members, stays)),
      startNs: minOf(members.explained.map(({ delivery }) => delivery.run.startNs)),
    }))
    .sort((a, b) => a.startNs - b.startNs)
    .map(({ stage }) => stage);
}

export function arrivalOf({ delivery }: Explained): number {
  return delivery.availableNs ?? delivery.run.startNs;
}

function membersOf(ofStage: readonly Explained[]): Members {
  const [first] = ofStage;
  return {
    topic: first?.delivery.topic ?? "",
    group: first?.delivery.group ?? "",
    explained: ofStage.toSorted((a, b) => arrivalOf(a) - arrivalOf(b)),
    runs: [...new Set(ofStage.flatMap(({ delivery }) => delivery.attempts))],
  };
}

function stageOf(
  { topic, group, explained, runs }: Members,
  { slotsOf, inOrder }: Lanes,
  elsewhereOf: (stays: readonly Stay[]) => Elsewhere,
): Stage {
  const partitions = new Set(explained.map(({ delivery }) => delivery.partition)).size;
  const arrivals = explained.map(arrivalOf);
  const [fromNs = 0, toNs] = [arrivals[0], maxOf(runs.map(({ endNs }) => endNs))];
  const stays = staysOf(runs, slotsOf, { fromNs, toNs });
  const seats = seatsOf(stays);
  const allSlots = [...seats.slotsOf.values()].reduce((sum, slots) => sum + slots, 0);
  // More slots than partitions are of no use where a partition is consumed in order.
  const slots = runs.every((run) => inOrder(run) === "by-partition")
    ? Math.min(allSlots, partitions)
    : allSlots;
  const { slotNs, openNs } = slotTimeOf(stays, slots);
  const slotsOnAverage = openNs > 0 ? slotNs / openNs : slots;
  const waits = explained.flatMap(({ wait }) => (wait ? [wait.ns] : []));
  const runNs = runs.map(({ startNs, endNs }) => endNs - startNs);
  const busyNs = runNs.reduce((sum, ns) => sum + ns, 0);
  const comingNs = (arrivals.at(-1) ?? 0) - (arrivals[0] ?? 0);
  const byCause = causes.flatMap((cause): [Cause, number][] => {
    const ns = explained.reduce((sum, { wait }) => sum + (wait?.byCause[cause] ?? 0), 0);
    return ns > 0 ? [[cause, ns]] : [];
  });
  const elsewhere = elsewhereOf(stays);
  const shareOf = (ns: number) => (slotNs > 0 ? Math.min(1, ns / slotNs) : 0);
  return {
    explained,
    seats,
    slotsOnAverage,
    elsewhere: { ...elsewhere, share: shareOf(elsewhere.ns) },
    inOrder,
    finding: {
      stage: group,
      topic,
      deliveries: explained.length,
      partitions,
      consumers: stays.length,
      slots,
      arrivalsPerSecond:
        explained.length > 1 && comingNs > 0 ? ((explained.length - 1) / comingNs) * nsPerSecond : undefined,
      capacityPerSecond: busyNs > 0 ? (slotsOnAverage * explained.length * nsPerSecond) / busyNs : 0,
      utilisation: shareOf(busyNs),
      waitNs: percentilesOf(waits),
      runNs: percentilesOf(runNs) ?? noPercentiles,
      waitByCause: Object.fromEntries(byCause),
    },
  };
}
