import type { Cause } from "../../causes.ts";
import type { Consumer } from "../consumers/consumer.ts";
import { endedBy, jitterNs, lastOffsetOf, type Run, shareMessages } from "../run.ts";
import { createCollector } from "./collector.ts";
import { type Blocked, blocked, type Interval, idle } from "./interval.ts";

export type GapOptions<R extends Run> = {
  readonly consumerOf: (run: R) => Consumer<R> | undefined;
  /** Whether any consumer was assigned partitions after `fromNs` and before `toNs`. */
  readonly isAssignedBetween: (fromNs: number, toNs: number) => boolean;
  /** The longest time that a poll and a fetch are expected to take. */
  readonly transportNs: number;
  /** Cause of waiting while a run of the lane itself is active. */
  readonly inLane: Extract<Cause, "same-partition" | "same-key">;
  /**
   * Whether the consumer of a run, or one that looks like it, took messages of other lanes that arrived after `fromNs`, before
   * the run began.
   */
  readonly tookOthers: (run: R, fromNs: number) => boolean;
  /** Whether to look for fetch barriers; otherwise their time counts as idle. */
  readonly findsBarriers: boolean;
};

/** A message that is passed over for this long has no consumer; a shorter time may be a slow fetch. */
const passedOverNs = 1_000_000_000;

/**
 * Cuts the time between two runs of a lane, from `fromNs` to the start of `head`, the message that starts next.
 *
 *     previous ──┤                                        ├── head
 *                │ former owner │ owner                   │
 *                           assigned      fetched
 */
export function cutGap<R extends Run>(
  fromNs: number,
  head: R,
  previous: R | undefined,
  options: GapOptions<R>,
): Interval<R>[] {
  const gap = createCollector<R>();
  const assignedNs = Math.min(head.assignedNs ?? fromNs, head.startNs);
  if (assignedNs > fromNs) addUnowned(gap, fromNs, assignedNs, head, previous, options);

  const ownerChanged = previous !== undefined && previous.consumer !== head.consumer;
  /** The owner changed at a moment that no span shows. */
  const changedUnseen =
    head.assignedNs === undefined &&
    (ownerChanged ||
      // A consumer that takes later messages of other partitions does not have this one.
      ((previous === undefined || !head.certain) &&
        head.startNs - fromNs >= passedOverNs &&
        options.tookOthers(head, fromNs)));
  // Where no span shows when the partition was assigned, its owner may have lost it for a while and got it back.
  const isCertain = head.certain && head.assignedNs !== undefined;
  const ownedNs = Math.max(assignedNs, fromNs);
  const owner = options.consumerOf(head);
  const isRetry = previous !== undefined && shareMessages(previous, head);
  // The next attempt may also have waited for a slot, or for a fetch.
  const isFreeKnown =
    owner?.reportsSlots === true && (head.fetchedNs !== undefined || !canHaveBarrier(owner));
  const otherwise =
    isRetry && !changedUnseen
      ? blocked(options.inLane, [previous], isCertain && isFreeKnown)
      : idle(head.certain && !changedUnseen && follows(previous, head), changedUnseen);
  if (!owner || !options.findsBarriers || !canHaveBarrier(owner)) {
    gap.addSaturated(owner, ownedNs, head.startNs, isCertain, otherwise);
    return gap.intervals;
  }

  const fetchedNs = Math.max(ownedNs, Math.min(head.fetchedNs ?? fromNs, head.startNs));
  const lastBatch = owner.lastBatchBefore(fetchedNs);
  // A client that idled before it fetched did not wait for a batch.
  const isAwaited = lastBatch && lastBatch.endNs >= fetchedNs - options.transportNs;
  const isCertainBarrier = isCertain && owner.fetching() === "in-turn" && follows(previous, head);
  const beforeFetch = (active: readonly R[]) =>
    barrierOf(active, head, (run) => isAwaited === true && lastBatch.has(run), isCertainBarrier);
  gap.addBusy(owner, ownedNs, fetchedNs, isCertain, beforeFetch, otherwise);
  const endsJustBefore = (run: R) =>
    head.fetchedNs === undefined &&
    endedBy(run, head.startNs) &&
    run.endNs >= head.startNs - options.transportNs;
  const beforeStart = (active: readonly R[]) => barrierOf(active, head, endsJustBefore, false);
  gap.addBusy(owner, fetchedNs, head.startNs, isCertain, beforeStart, otherwise);
  return gap.intervals;
}

/** The time before the owner of `head` was assigned the partition. */
function addUnowned<R extends Run>(
  gap: ReturnType<typeof createCollector<R>>,
  fromNs: number,
  assignedNs: number,
  head: R,
  previous: R | undefined,
  options: GapOptions<R>,
): void {
  // Without an earlier run of the lane, its consumer may have owned it before the rebalance, too.
  const formerOwner = options.consumerOf(previous ?? head);
  // It is certain only if the former owner had nothing to do, not even a back-off, and there was no other owner since; and if it
  // lived on: one that died may have been handling this message, and left no span of that.
  const isCertain =
    head.certain &&
    previous?.certain === true &&
    follows(previous, head) &&
    formerOwner?.beganBetween(fromNs, assignedNs) === true &&
    !options.isAssignedBetween(previous.startNs, assignedNs - jitterNs);
  const unowned = (proven: boolean) => blocked<R>("rebalance", [], proven);
  if (formerOwner && options.findsBarriers && canHaveBarrier(formerOwner)) {
    gap.addBusy(formerOwner, fromNs, assignedNs, false, () => unowned(false), unowned(isCertain));
  } else {
    gap.addSaturated(formerOwner, fromNs, assignedNs, false, unowned(isCertain && formerOwner?.slots === 1));
  }
}

/** Whether a consumer can have a free slot and still not start a message. */
function canHaveBarrier<R extends Run>({ slots, fetching }: Consumer<R>): boolean {
  return slots > 1 && fetching() !== "ahead";
}

/** Whether no message of the lane was in between, not even one whose span is missing. */
function follows(previous: Run | undefined, head: Run): boolean {
  if (previous?.offset === undefined) return head.offset === 0;
  return head.offset === lastOffsetOf(previous, previous.offset) + 1;
}

/**
 * The consumer has a free slot, but does not fetch before another partition's batch has ended. Of several runs that hold up the
 * fetch, the one that ends last is to blame: if another had been shorter, nothing would have started sooner.
 */
function barrierOf<R extends Run>(
  active: readonly R[],
  head: R,
  holdsUpFetch: (run: R) => boolean,
  isCertain: boolean,
): Blocked<R> | undefined {
  const [last] = active
    .filter((run) => run.lane !== head.lane && holdsUpFetch(run))
    .sort((a, b) => b.endNs - a.endNs);
  return last && blocked("fetch-barrier", [last], isCertain && last.certain);
}
