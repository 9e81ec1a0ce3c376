import type { SpanRun } from "../deliveries/delivery.ts";
import { maxOf, minOf } from "../extremes.ts";
import { createHeap } from "../heap.ts";
import { jitterNs } from "../waits/overlap.ts";

/** When a consumer was there for a stage, as far as its runs tell. */
export type Stay = {
  readonly consumer: string;
  readonly fromNs: number;
  readonly toNs: number;
  /** Runs that it may have at a time. */
  readonly slots: number;
};

type Times = { readonly fromNs: number; readonly toNs: number };

/**
 * Stays of the consumers of a stage, by start. One that took over a partition came with its first run, or when it was given it, and
 * one that was followed by another left with its last; of all others nothing tells that they were ever gone.
 *
 *     partition 0   a a a ·········· b b b       a left, b came: never two slots at a time
 *     partition 1   ····· c ··············       c was there all the time
 */
export function staysOf(
  runs: readonly SpanRun[],
  slotsOf: (consumer: string) => number,
  stage: Times,
): Stay[] {
  const firsts = new Map<string | undefined, SpanRun>();
  const lasts = new Map<string | undefined, SpanRun>();
  for (const run of runs) {
    if (run.startNs < (firsts.get(run.lane)?.startNs ?? Number.POSITIVE_INFINITY)) firsts.set(run.lane, run);
    if (run.startNs > (lasts.get(run.lane)?.startNs ?? Number.NEGATIVE_INFINITY)) lasts.set(run.lane, run);
  }
  return [...Map.groupBy(runs, ({ consumer }) => consumer)]
    .map(([consumer, own]) => {
      const isOther = (run: SpanRun | undefined): run is SpanRun => run?.consumer !== consumer;
      const starts = own.map(({ startNs }) => startNs);
      const [firstNs, lastNs, endNs] = [minOf(starts), maxOf(starts), maxOf(own.map((run) => run.endNs))];
      const lanes = [...new Set(own.map(({ lane }) => lane))];
      const ahead = lanes.map((lane) => firsts.get(lane)).filter(isOther);
      const behind = lanes.map((lane) => lasts.get(lane)).filter(isOther);
      const isSuccessor = ahead.some(({ startNs }) => startNs <= firstNs);
      const isSucceeded = behind.some(({ startNs }) => startNs >= lastNs);
      const assigned = own.flatMap(({ assignedNs }) => assignedNs ?? []);
      const cameNs = assigned.length > 0 ? minOf(assigned) : isSuccessor ? firstNs : stage.fromNs;
      return {
        consumer,
        fromNs: Math.min(firstNs, Math.max(stage.fromNs, cameNs)),
        toNs: isSucceeded ? endNs : Math.max(endNs, stage.toNs),
        slots: slotsOf(consumer),
      };
    })
    .sort((a, b) => a.fromNs - b.fromNs);
}

/** Places for consumers: who comes after another has left, as after a restart, takes the other's. */
export type Seats = {
  /** Named after the first consumer in it. */
  readonly seatOf: ReadonlyMap<string, string>;
  /** Runs that each seat may have at a time. */
  readonly slotsOf: ReadonlyMap<string, number>;
};

/** As few seats as will do. */
export function seatsOf(stays: readonly Stay[]): Seats {
  const seatOf = new Map<string, string>();
  const slotsOf = new Map<string, number>();
  const taken = createHeap<{ readonly seat: string; readonly toNs: number }>((a, b) => a.toNs < b.toNs);
  for (const { consumer, fromNs, toNs, slots } of stays) {
    const isFree = (taken.peek()?.toNs ?? Number.POSITIVE_INFINITY) <= fromNs + jitterNs;
    const seat = (isFree && taken.pop()?.seat) || consumer;
    seatOf.set(consumer, seat);
    slotsOf.set(seat, Math.max(slots, slotsOf.get(seat) ?? 0));
    taken.push({ seat, toNs });
  }
  return { seatOf, slotsOf };
}

/** The slots there were, times how long there were so many, at most `most` at a time; and how long there were any. */
export function slotTimeOf(stays: readonly Stay[], most: number): { slotNs: number; openNs: number } {
  const changes = stays
    .flatMap(({ fromNs, toNs, slots }) => [
      { atNs: fromNs, slots },
      { atNs: toNs, slots: -slots },
    ])
    .sort((a, b) => a.atNs - b.atNs);
  let [slotNs, openNs, open, sinceNs] = [0, 0, 0, 0];
  for (const { atNs, slots } of changes) {
    slotNs += Math.min(open, most) * (atNs - sinceNs);
    openNs += open > 0 ? atNs - sinceNs : 0;
    open += slots;
    sinceNs = atNs;
  }
  return { slotNs, openNs };
}
