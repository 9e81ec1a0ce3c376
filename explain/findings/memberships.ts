import type { SpanRun } from "../deliveries/delivery.ts";
import { maxOf, minOf } from "../extremes.ts";
import { createHeap } from "../heap.ts";
import { jitterNs } from "../waits/run.ts";

/** The period in which a consumer was a member of a stage's group, inferred from its runs. */
export type Membership = {
  readonly consumer: string;
  readonly fromNs: number;
  readonly toNs: number;
  /** Number of runs that the consumer can have at a time. */
  readonly slots: number;
};

type Period = { readonly fromNs: number; readonly toNs: number };

/**
 * The memberships of a stage's consumers, by start. A consumer that took over a partition joined when it was assigned, else with
 * its first run; one that lost a partition to another left with its last run. All others count as members throughout.
 *
 *     partition 0   a a a ·········· b b b       a left, b joined: never two slots at a time
 *     partition 1   ····· c ··············       c was a member throughout
 */
export function membershipsOf(
  runs: readonly SpanRun[],
  slotsOf: (consumer: string) => number,
  stage: Period,
): Membership[] {
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
      const hasPredecessor = ahead.some(({ startNs }) => startNs <= firstNs);
      const hasSuccessor = behind.some(({ startNs }) => startNs >= lastNs);
      const assigned = own.flatMap(({ assignedNs }) => assignedNs ?? []);
      const joinedNs = assigned.length > 0 ? minOf(assigned) : hasPredecessor ? firstNs : stage.fromNs;
      return {
        consumer,
        fromNs: Math.min(firstNs, Math.max(stage.fromNs, joinedNs)),
        toNs: hasSuccessor ? endNs : Math.max(endNs, stage.toNs),
        slots: slotsOf(consumer),
      };
    })
    .sort((a, b) => a.fromNs - b.fromNs);
}

/** Consumers that were never members at the same time, such as a process and its restart, count as one replica. */
export type Replicas = {
  /** By consumer; a replica is named after its first consumer. */
  readonly replicaOf: ReadonlyMap<string, string>;
  /** Number of runs that each replica can have at a time. */
  readonly slotsOf: ReadonlyMap<string, number>;
};

/** The smallest number of replicas that the memberships allow. `memberships` are sorted by start. */
export function replicasOf(memberships: readonly Membership[]): Replicas {
  const replicaOf = new Map<string, string>();
  const slotsOf = new Map<string, number>();
  const running = createHeap<{ readonly replica: string; readonly toNs: number }>((a, b) => a.toNs < b.toNs);
  for (const { consumer, fromNs, toNs, slots } of memberships) {
    const isFree = (running.peek()?.toNs ?? Number.POSITIVE_INFINITY) <= fromNs + jitterNs;
    const replica = (isFree && running.pop()?.replica) || consumer;
    replicaOf.set(consumer, replica);
    slotsOf.set(replica, Math.max(slots, slotsOf.get(replica) ?? 0));
    running.push({ replica, toNs });
  }
  return { replicaOf, slotsOf };
}

/** `slotNs`: the number of slots, at most `maxSlots` at a time, integrated over time. `openNs`: time with at least one slot. */
export function slotTimeOf(
  memberships: readonly Membership[],
  maxSlots: number,
): { slotNs: number; openNs: number } {
  const changes = memberships
    .flatMap(({ fromNs, toNs, slots }) => [
      { atNs: fromNs, slots },
      { atNs: toNs, slots: -slots },
    ])
    .sort((a, b) => a.atNs - b.atNs);
  let [slotNs, openNs, open, sinceNs] = [0, 0, 0, 0];
  for (const { atNs, slots } of changes) {
    slotNs += Math.min(open, maxSlots) * (atNs - sinceNs);
    openNs += open > 0 ? atNs - sinceNs : 0;
    open += slots;
    sinceNs = atNs;
  }
  return { slotNs, openNs };
}
