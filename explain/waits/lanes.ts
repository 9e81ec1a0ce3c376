import { type Cost, createCosts } from "./blame/run-costs.ts";
import { type Consumer, createConsumer } from "./consumers/consumer.ts";
import { createOrderedUnit, type OrderedUnit, type Ordering, unitRunsOf } from "./ordered-unit.ts";
import { firstNot } from "./range-index.ts";
import type { Run } from "./run.ts";
import { timelineOf, timelineOfConsumer } from "./timeline/timeline.ts";
import type { Wait, Waiting } from "./wait.ts";

export type LaneOptions = {
  /** The longest time that a poll and a fetch are expected to take; longer idle times are `unexplained`. Default 50 ms. */
  readonly transportNs?: number;
};

export const defaultTransportNs = 50_000_000;
/** To find fetch barriers, each lane lists the active runs of its consumer. Beyond this many intervals that takes too long. */
const maxBarrierIntervals = 500_000;

/**
 * Finds which run held up which. `runs` can be in any order.
 *
 * A lane is a partition as one group reads it. Its messages are handled in order, so at any moment all waiting messages wait
 * for the same thing, and one timeline of intervals explains all its waits. A wait is a slice of it:
 *
 *     lane p1       ├─── run 41 ────┤   ├─ run in p2 ─┤   ├─── run 42 ────┤   ├─ run 43
 *     intervals     │same-partition │ t │same-consumer│ t │same-partition │ t │          t: transport
 *     wait of 43         ├────────────────────────────────────────────────────┤
 *
 * - `ordered-unit.ts`: which messages share a timeline (a partition, or one key of it), and the wait of a run in it.
 * - `timeline/`: cuts the time of a unit into intervals; `gap.ts` cuts the time in which no run of the lane itself was active.
 * - `blame/`: which runs are to blame for how much of a wait, and what each run cost all others.
 * - `consumers/`: how many slots a consumer has, its active runs over time, and when it was saturated.
 * - `range-index.ts`, `blame-index.ts`: indexes that keep each answer at O(log n).
 */
export function createLanes<R extends Run>(runs: readonly R[], options: LaneOptions = {}) {
  const { transportNs = defaultTransportNs } = options;
  const consumers = new Map<string, Consumer<R>>();
  for (const [name, ofConsumer] of Map.groupBy(runs, ({ consumer }) => consumer)) {
    consumers.set(name, createConsumer(ofConsumer, transportNs));
  }
  const alike = new Map<string, Consumer<R>>();
  for (const [name, ofName] of Map.groupBy(runs, nameOfAlike)) {
    const known = consumers.get(name);
    alike.set(name, known ?? createConsumer(ofName, transportNs));
  }
  const tookOthers = (run: R, fromNs: number) =>
    alike.get(nameOfAlike(run))?.tookOthers(run, fromNs) ?? false;
  const assignments = runs.flatMap(({ assignedNs }) => assignedNs ?? []).sort((a, b) => a - b);
  const isAssignedBetween = (fromNs: number, toNs: number) =>
    (assignments[firstNot(assignments, (atNs) => atNs <= fromNs)] ?? toNs) < toNs;
  const consumerOf = (run: R) => consumers.get(run.consumer);
  const unitOf = new Map<R, OrderedUnit<R>>();
  const [withLane = [], withoutLane = []] = [true, false].map((isKnown) =>
    runs.filter(({ lane }) => (lane !== undefined) === isKnown),
  );
  let barrierIntervals = 0;
  for (const { runs: ofUnit, ordering } of unitRunsOf(withLane)) {
    const inLane = ordering === "by-key" ? "same-key" : "same-partition";
    const findsBarriers = barrierIntervals < maxBarrierIntervals;
    const intervals = timelineOf(ofUnit, {
      consumerOf,
      isAssignedBetween,
      transportNs,
      inLane,
      tookOthers,
      findsBarriers,
    });
    barrierIntervals += Math.max(0, intervals.length - 2 * ofUnit.length);
    const unit = createOrderedUnit(intervals, { runs: ofUnit, ordering }, transportNs);
    for (const run of ofUnit) unitOf.set(run, unit);
  }
  for (const [name, ofConsumer] of Map.groupBy(withoutLane, ({ consumer }) => consumer)) {
    const consumer = consumers.get(name);
    if (!consumer) continue;
    const intervals = timelineOfConsumer(ofConsumer, consumer);
    const unit = createOrderedUnit(intervals, { runs: ofConsumer, ordering: "none" }, transportNs);
    for (const run of ofConsumer) unitOf.set(run, unit);
  }

  return {
    transportNs,

    /** How many runs a consumer can have at a time. */
    slotsOf: (consumer: string) => consumers.get(consumer)?.slots ?? 1,

    /** The messages that are handled in order with those of a run. */
    ordering: (run: R): Ordering => unitOf.get(run)?.ordering ?? "none",

    /** Explains the time before a run: from `fromNs`, when its message was available, to its start. */
    wait(run: R, fromNs: number): Wait<R> {
      const unit = unitOf.get(run);
      if (!unit) throw new Error("The run whose wait was requested is not one of these lanes' runs.");
      return unit.wait(run, fromNs);
    },

    /** What each run cost the waiting messages; `waits` are the waits of all. Runs without cost are left out. */
    costs(waits: readonly Waiting<R>[]): Map<R, Cost> {
      const costs = createCosts<R>();
      for (const [unit, ofUnit] of Map.groupBy(waits, ({ run }) => unitOf.get(run))) {
        if (unit) costs.add(unit, ofUnit);
      }
      return costs.total();
    },
  };
}

function nameOfAlike({ looksLike, consumer }: Run): string {
  return looksLike ?? consumer;
}
