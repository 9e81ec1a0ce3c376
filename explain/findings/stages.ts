import { percentilesOf } from "../../core/percentiles.ts";
import { type Cause, causes } from "../causes.ts";
import { runNsPerMessage, type SpanRun } from "../deliveries/delivery.ts";
import type { StageFinding } from "../explanation.ts";
import { maxOf, minOf } from "../extremes.ts";
import type { Ordering } from "../waits/ordered-unit.ts";
import { type Costs, costsTo, type Lanes } from "./blocker-costs.ts";
import { busyWhileWaitingOf } from "./busy-while-waiting.ts";
import type { Explained } from "./explained.ts";
import { type Membership, membershipsOf, type Replicas, replicasOf, slotTimeOf } from "./memberships.ts";
import { createOtherStages, type OtherStages } from "./other-stages.ts";

const nsPerSecond = 1e9;

/** A stage: one topic as one group consumes it. */
export type Stage = {
  readonly finding: StageFinding;
  /** By arrival. */
  readonly explained: readonly Explained[];
  readonly replicas: Replicas;
  /** Time with at least one slot. */
  readonly slotsOnAverage: number;
  /** The other stages of its consumers, and the share of their time spent there. */
  readonly otherStages: OtherStages & { readonly share: number };
  readonly ordering: (run: SpanRun) => Ordering;
  /** The share of the slots that was busy while messages waited, 0 to 1. */
  readonly busyWhileWaiting: number;
  /** What each run cost the stage's other messages. */
  readonly costs: Costs;
  readonly transportNs: number;
  /** `order 3 (partition 2, offset 32)` */
  readonly nameOfRun: (run: SpanRun) => string;
};

type Members = {
  readonly topic: string;
  readonly group: string;
  /** By arrival. */
  readonly explained: readonly Explained[];
  /** All attempts. */
  readonly runs: readonly SpanRun[];
};

/** The stages by the start of their first run. */
export function stagesOf(
  explained: readonly Explained[],
  lanes: Lanes,
  costs: Costs,
  nameOfRun: (run: SpanRun) => string,
): Stage[] {
  const groups = Map.groupBy(explained, ({ delivery: { cluster, topic, group } }) =>
    [cluster, topic, group].join(" "),
  );
  const stages = [...groups.values()].map(membersOf);
  const otherStagesOf = createOtherStages(stages);
  const runsOf = Map.groupBy(
    stages.flatMap(({ runs }) => runs),
    ({ consumer }) => consumer,
  );
  return stages
    .map((members) => ({
      stage: stageOf(members, lanes, costs, nameOfRun, {
        others: (memberships) => otherStagesOf(members, memberships),
        runs: [...new Set(members.runs.map(({ consumer }) => consumer))].flatMap(
          (consumer) => runsOf.get(consumer) ?? [],
        ),
      }),
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
  lanes: Lanes,
  costs: Costs,
  nameOfRun: (run: SpanRun) => string,
  consumers: {
    readonly others: (memberships: readonly Membership[]) => OtherStages;
    /** All runs of the stage's consumers, for other stages too. */
    readonly runs: readonly SpanRun[];
  },
): Stage {
  const { slotsOf, ordering, transportNs } = lanes;
  const partitions = new Set(explained.flatMap(({ delivery }) => delivery.partition ?? [])).size;
  const arrivals = explained.map(arrivalOf);
  const [fromNs = 0, toNs] = [arrivals[0], maxOf(runs.map(({ endNs }) => endNs))];
  const memberships = membershipsOf(runs, slotsOf, { fromNs, toNs });
  const replicas = replicasOf(memberships);
  const allSlots = [...replicas.slotsOf.values()].reduce((sum, slots) => sum + slots, 0);
  // Where partitions are consumed in order, more slots than partitions are useless.
  const slots = runs.every((run) => ordering(run) === "by-partition")
    ? Math.min(allSlots, partitions)
    : allSlots;
  const { slotNs, openNs } = slotTimeOf(memberships, slots);
  const slotsOnAverage = openNs > 0 ? slotNs / openNs : slots;
  const waits = explained.flatMap(({ wait }) => (wait ? [wait.ns] : []));
  // Where handling goes on after its span, spans do not say how long a message ran.
  const timed = runs.filter(({ goesOnNs }) => goesOnNs === undefined);
  const isTimed = timed.length > 0;
  const runNs = timed.flatMap((run) =>
    new Array<number>(run.messages).fill(Math.round(runNsPerMessage(run))),
  );
  const busyNs = timed.reduce((sum, { startNs, endNs }) => sum + endNs - startNs, 0);
  const arrivingNs = (arrivals.at(-1) ?? 0) - (arrivals[0] ?? 0);
  const nsOf = new Map<Cause, number>();
  for (const { wait } of explained) {
    for (const cause of causes) {
      const ns = wait?.byCause[cause];
      if (ns !== undefined) nsOf.set(cause, (nsOf.get(cause) ?? 0) + ns);
    }
  }
  const byCause = causes.flatMap((cause): [Cause, number][] => {
    const ns = nsOf.get(cause) ?? 0;
    return ns > 0 ? [[cause, ns]] : [];
  });
  const otherStages = consumers.others(memberships);
  const shareOf = (ns: number) => (slotNs > 0 ? Math.min(1, ns / slotNs) : 0);
  return {
    explained,
    replicas,
    slotsOnAverage,
    otherStages: { ...otherStages, share: shareOf(otherStages.ns) },
    ordering,
    busyWhileWaiting: busyWhileWaitingOf(explained, consumers.runs, memberships, slots),
    // Consumers that handle other topics too cost the messages of those as well.
    costs:
      otherStages.topics.length > 0
        ? costsTo(
            explained.map(({ delivery }) => delivery),
            lanes,
          )
        : costs,
    transportNs,
    nameOfRun,
    finding: {
      stage: group,
      topic,
      deliveries: explained.length,
      partitions,
      consumers: memberships.length,
      slots,
      arrivalsPerSecond:
        explained.length > 1 && arrivingNs > 0
          ? ((explained.length - 1) / arrivingNs) * nsPerSecond
          : undefined,
      maxBatch: maxOf(runs.map(({ messages }) => messages)),
      capacityPerSecond: busyNs > 0 ? (slotsOnAverage * explained.length * nsPerSecond) / busyNs : undefined,
      utilisation: isTimed ? shareOf(busyNs) : undefined,
      waitNs: percentilesOf(waits),
      runNs: percentilesOf(runNs),
      waitByCause: Object.fromEntries(byCause),
    },
  };
}
