import { type Cost, createCosts, type Waiting } from "./blame/costs.ts";
import { type Consumer, createConsumer } from "./consumers/consumer.ts";
import type { Run } from "./run.ts";
import { firstNot } from "./search.ts";
import { hasRepeats, type InOrder, membersOf } from "./timeline/in-order.ts";
import { timelineOf, timelineOfConsumer } from "./timeline/timeline.ts";
import { createUnit, type Unit } from "./timeline/unit.ts";
import type { Wait } from "./wait.ts";

export type LaneOptions = {
  /** The longest time that a poll and a fetch are taken to need; longer idle times are `unexplained`. Default 50 ms. */
  readonly transportNs?: number;
};

const defaultTransportNs = 50_000_000;
/** To look for fetch barriers, each lane lists what its consumer was busy with; beyond so many pieces in all, it is too much. */
const mostListed = 500_000;

/** Answers which run held up which. `runs` may come in any order. */
export function createLanes<R extends Run>(runs: readonly R[], options: LaneOptions = {}) {
  const { transportNs = defaultTransportNs } = options;
  const consumers = new Map<string, Consumer<R>>();
  for (const [name, ofConsumer] of Map.groupBy(runs, ({ consumer }) => consumer)) {
    consumers.set(name, createConsumer(ofConsumer, transportNs));
  }
  const assignments = runs.flatMap(({ assignedNs }) => assignedNs ?? []).sort((a, b) => a - b);
  const isAssignedBetween = (fromNs: number, toNs: number) =>
    (assignments[firstNot(assignments, (atNs) => atNs <= fromNs)] ?? toNs) < toNs;
  const consumerOf = (run: R) => consumers.get(run.consumer);
  const unitOf = new Map<R, Unit<R>>();
  const [laned = [], loose = []] = [true, false].map((known) =>
    runs.filter(({ lane }) => (lane !== undefined) === known),
  );
  let listed = 0;
  for (const { runs: ofUnit, inOrder } of membersOf(laned)) {
    const inLane = inOrder === "by-key" ? "same-key" : "same-partition";
    const seeksBarriers = listed < mostListed;
    const pieces = timelineOf(ofUnit, { consumerOf, isAssignedBetween, transportNs, inLane, seeksBarriers });
    listed += Math.max(0, pieces.length - 2 * ofUnit.length);
    const unit = createUnit(pieces, { transportNs, inOrder, hasRepeats: hasRepeats(ofUnit) });
    for (const run of ofUnit) unitOf.set(run, unit);
  }
  for (const [name, ofConsumer] of Map.groupBy(loose, ({ consumer }) => consumer)) {
    const consumer = consumers.get(name);
    if (!consumer) continue;
    const pieces = timelineOfConsumer(ofConsumer, consumer);
    const unit = createUnit(pieces, { transportNs, inOrder: "not-at-all", hasRepeats: false });
    for (const run of ofConsumer) unitOf.set(run, unit);
  }

  return {
    /** Runs that a consumer may have at a time. */
    slotsOf: (consumer: string) => consumers.get(consumer)?.slots ?? 1,

    /** What of a run's messages is consumed in order. */
    inOrder: (run: R): InOrder => unitOf.get(run)?.inOrder ?? "not-at-all",

    /** Cuts the time before a run: from `fromNs`, when its message was available, to its start. */
    wait(run: R, fromNs: number): Wait<R> {
      const unit = unitOf.get(run);
      if (!unit) throw new Error("Lanes know nothing of this run.");
      return unit.wait(run, fromNs);
    },

    /** What each run cost the messages that waited; `waits` are all of them. Runs that cost nothing are left out. */
    costs(waits: readonly Waiting<R>[]): Map<R, Cost> {
      const costs = createCosts<R>();
      for (const [unit, ofUnit] of Map.groupBy(waits, ({ run }) => unitOf.get(run))) {
        if (unit) costs.add(unit, ofUnit);
      }
      return costs.total();
    },
  };
}
