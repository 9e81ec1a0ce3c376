import type { Cause } from "../../causes.ts";
import type { Consumer } from "../consumers/consumer.ts";
import { endedBy, jitterNs, lastOffsetOf, shareMessages } from "../overlap.ts";
import type { Run } from "../run.ts";
import type { Blamed, Idle, Piece, Reason } from "./piece.ts";

export type TimelineOptions<R extends Run> = {
  readonly consumerOf: (run: R) => Consumer<R> | undefined;
  /** Whether any consumer was seen to be given partitions after `fromNs` and before `toNs`. */
  readonly isAssignedBetween: (fromNs: number, toNs: number) => boolean;
  /** The longest time that a poll and a fetch are taken to need. */
  readonly transportNs: number;
  /** Cause for what waits while a run of the lane itself is under way. */
  readonly inLane: Extract<Cause, "same-partition" | "same-key">;
  /** Whether to look for fetch barriers; without, their time counts as idle. */
  readonly seeksBarriers: boolean;
};

/** What keeps the next message of a lane from starting, over all times in which one waits. `runs` are sorted by start. */
export function timelineOf<R extends Run>(runs: readonly R[], options: TimelineOptions<R>): Piece<R>[] {
  const waitingFrom = earliestFrom(runs.map(({ availableNs }) => availableNs ?? Number.POSITIVE_INFINITY));
  const ends = endsInLane(runs);
  const pieces: Piece<R>[] = [];
  let untilNs = Number.NEGATIVE_INFINITY;
  runs.forEach((run, n) => {
    const gapNs = Math.max(untilNs, waitingFrom[n] ?? run.startNs);
    if (gapNs < run.startNs) for (const piece of cutGap(gapNs, run, runs[n - 1], options)) pieces.push(piece);
    const fromNs = Math.max(untilNs, run.startNs);
    const toNs = ends[n] ?? run.endNs;
    const somebodyWaits = (waitingFrom[n + 1] ?? Number.POSITIVE_INFINITY) < toNs;
    if (fromNs < toNs && somebodyWaits) {
      pieces.push({ fromNs, toNs, reason: blamed(options.inLane, [run], run.certain) });
    }
    untilNs = Math.max(untilNs, toNs);
  });
  return pieces;
}

/**
 * Until when each run holds its lane: to its end, unless the lane goes to another consumer before; then it goes on for
 * nothing, and holds nobody up but what waits for its own consumer.
 */
function endsInLane(sorted: readonly Run[]): number[] {
  const ends = sorted.map(({ endNs }) => endNs);
  /** The first run after it that another consumer has. */
  let other: Run | undefined;
  for (let n = sorted.length - 2; n >= 0; n -= 1) {
    const [run, next] = [sorted[n], sorted[n + 1]];
    if (!run || !next) continue;
    if (next.consumer !== run.consumer) other = next;
    if (!other || other.startNs >= run.endNs) continue;
    ends[n] = Math.max(run.startNs, Math.min(other.assignedNs ?? other.startNs, other.startNs));
  }
  return ends;
}

/**
 * The same where the partition is not known: all that is left to tell is whether the consumer could have started anything.
 * `runs` are all such runs of the consumer.
 */
export function timelineOfConsumer<R extends Run>(runs: readonly R[], consumer: Consumer<R>): Piece<R>[] {
  const fromNs = runs.reduce(
    (least, { availableNs = least }) => Math.min(least, availableNs),
    Number.POSITIVE_INFINITY,
  );
  const toNs = runs.reduce((most, { startNs }) => Math.max(most, startNs), Number.NEGATIVE_INFINITY);
  const cut = createCut<R>();
  cut.whenFull(consumer, fromNs, toNs, false, idle(false, false));
  return cut.pieces;
}

/** For each place, the smallest value from there on. */
function earliestFrom(values: readonly number[]): number[] {
  let earliest = Number.POSITIVE_INFINITY;
  return values
    .toReversed()
    .map((value) => {
      earliest = Math.min(earliest, value);
      return earliest;
    })
    .reverse();
}

function blamed<R extends Run>(cause: Cause, blockers: readonly R[], proven: boolean): Blamed<R> {
  return { kind: "blamed", cause, blockers, proven };
}

function idle(proven: boolean, handedOver: boolean): Idle {
  return { kind: "idle", handedOver, proven };
}

/** Collects the pieces of a time, in order. */
function createCut<R extends Run>() {
  const pieces: Piece<R>[] = [];

  function add(fromNs: number, toNs: number, reason: Reason<R>): void {
    if (fromNs >= toNs) return;
    const last = pieces.at(-1);
    if (last && isSame(reason, last.reason)) pieces[pieces.length - 1] = { ...last, toNs };
    else pieces.push({ fromNs, toNs, reason });
  }

  return {
    pieces,
    add,

    /** Blames a consumer that has no slot left; the rest of the time is `between`. */
    whenFull(
      consumer: Consumer<R> | undefined,
      fromNs: number,
      toNs: number,
      sure: boolean,
      between: Idle | Blamed<R>,
    ): void {
      const full = consumer?.full();
      const times = full?.within(fromNs, toNs);
      if (!consumer || !full || !times) {
        add(fromNs, toNs, between);
        return;
      }
      const crowded = { kind: "crowded" as const, full, provable: isProvable(consumer, sure), between };
      // Who is named is in pieces of their own.
      const namesNobody = between.kind === "idle" || between.blockers.length === 0;
      let atNs = fromNs;
      for (const time of namesNobody ? [times] : full.between(fromNs, toNs)) {
        add(atNs, time.fromNs, between);
        add(time.fromNs, time.toNs, crowded);
        atNs = time.toNs;
      }
      add(atNs, toNs, between);
    },

    /** The same for a consumer that may have a slot and still not take the message, which `held` tells. */
    whenHeld(
      consumer: Consumer<R>,
      fromNs: number,
      toNs: number,
      sure: boolean,
      held: (active: readonly R[]) => Reason<R> | undefined,
      between: Idle | Blamed<R>,
    ): void {
      const { slots, busy, full } = consumer;
      let atNs = fromNs;
      for (const time of busy.between(fromNs, toNs)) {
        add(atNs, time.fromNs, between);
        const { active } = time;
        const proven = isProvable(consumer, sure) && active.every(({ certain }) => certain);
        const reason = active.length >= slots ? blamed(full().cause, active, proven) : held(active);
        add(time.fromNs, time.toNs, reason ?? between);
        atNs = time.toNs;
      }
      add(atNs, toNs, between);
    },
  };
}

/** A consumer that does not say how many slots it has may have had one more than was ever seen. */
function isProvable<R extends Run>({ saysSlots }: Consumer<R>, sure: boolean): boolean {
  return sure && saysSlots;
}

/** The time between two runs of a lane, from `fromNs` to the start of `head`, the message that starts next in it. */
function cutGap<R extends Run>(
  fromNs: number,
  head: R,
  previous: R | undefined,
  options: TimelineOptions<R>,
): Piece<R>[] {
  const cut = createCut<R>();
  const handedOver = previous !== undefined && previous.consumer !== head.consumer;
  const sameMessage = previous !== undefined && shareMessages(previous, head);
  const assignedNs = Math.min(head.assignedNs ?? fromNs, head.startNs);
  if (assignedNs > fromNs) {
    // Only if the former owner, and no other since, had nothing to do, not even a back-off, is it sure that nobody had it.
    const nobody =
      head.certain &&
      previous?.certain === true &&
      follows(previous, head) &&
      !options.isAssignedBetween(previous.startNs, assignedNs - jitterNs);
    // Where nothing of the lane was handled before, its consumer may have had it before the rebalance, too.
    const formerOwner = options.consumerOf(previous ?? head);
    const unowned = (proven: boolean) => blamed<R>("rebalance", [], proven);
    if (formerOwner && options.seeksBarriers && mayHold(formerOwner)) {
      cut.whenHeld(formerOwner, fromNs, assignedNs, false, () => unowned(false), unowned(nobody));
    } else {
      cut.whenFull(formerOwner, fromNs, assignedNs, false, unowned(nobody && formerOwner?.slots === 1));
    }
  }

  const moved = handedOver && head.assignedNs === undefined;
  const sure = head.certain && !moved;
  const between =
    sameMessage && !moved
      ? blamed(options.inLane, [previous], sure)
      : idle(sure && follows(previous, head), moved);
  const ownedNs = Math.max(assignedNs, fromNs);
  const owner = options.consumerOf(head);
  if (!owner || !options.seeksBarriers || !mayHold(owner)) {
    cut.whenFull(owner, ownedNs, head.startNs, sure, between);
    return cut.pieces;
  }

  const fetchedNs = Math.max(ownedNs, Math.min(head.fetchedNs ?? fromNs, head.startNs));
  const awaited = owner.lastBatchBefore(fetchedNs);
  // A client that idles before it fetches has not waited for a batch.
  const held = awaited && awaited.endNs >= fetchedNs - options.transportNs;
  const sureBarrier = sure && owner.fetching() === "in-turn" && follows(previous, head);
  const beforeFetch = (active: readonly R[]) =>
    barrier(active, head, (run) => held === true && awaited.has(run), sureBarrier);
  cut.whenHeld(owner, ownedNs, fetchedNs, sure, beforeFetch, between);
  const endsJustBefore = (run: R) =>
    head.fetchedNs === undefined &&
    endedBy(run, head.startNs) &&
    run.endNs >= head.startNs - options.transportNs;
  const beforeStart = (active: readonly R[]) => barrier(active, head, endsJustBefore, false);
  cut.whenHeld(owner, fetchedNs, head.startNs, sure, beforeStart, between);
  return cut.pieces;
}

/** Whether a consumer may have a slot and still not take a message. */
function mayHold<R extends Run>({ slots, fetching }: Consumer<R>): boolean {
  return slots > 1 && fetching() !== "ahead";
}

/** No message of the lane was handled in between, not even one whose span is missing. */
function follows(previous: Run | undefined, head: Run): boolean {
  if (previous?.offset === undefined) return head.offset === 0;
  return head.offset === lastOffsetOf(previous, previous.offset) + 1;
}

function isSame<R extends Run>(a: Reason<R>, b: Reason<R>): boolean {
  if (a.kind === "idle") return b.kind === "idle";
  if (a.kind === "crowded" || b.kind !== "blamed") return false;
  const alike = a.cause === b.cause && a.proven === b.proven && a.blockers.length === b.blockers.length;
  return alike && a.blockers.every((run) => b.blockers.includes(run));
}

/**
 * The consumer has a slot, but asks for no more messages before another partition's batch has ended: the last one to,
 * because if any other were shorter, nothing would come sooner.
 */
function barrier<R extends Run>(
  active: readonly R[],
  head: R,
  holds: (run: R) => boolean,
  sure: boolean,
): Blamed<R> | undefined {
  const [last] = active
    .filter((run) => run.lane !== head.lane && holds(run))
    .sort((a, b) => b.endNs - a.endNs);
  return last && blamed("fetch-barrier", [last], sure && last.certain);
}
