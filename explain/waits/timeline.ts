import type { Consumer } from "./consumer.ts";
import { endedBy, jitterNs } from "./overlap.ts";
import type { Cause, Run, Segment } from "./run.ts";

/** A part of a lane's time, for whatever waits in the lane. */
export type Piece<R extends Run> = Segment<R> & {
  /** Nothing ran that counts: what it is called depends on how much of it a message waited through. */
  readonly idle: boolean;
  /** The lane went to another consumer in it, at a moment that no span tells. */
  readonly handedOver: boolean;
};

export type TimelineOptions<R extends Run> = {
  readonly consumerOf: (run: R) => Consumer<R> | undefined;
  /** Whether any consumer was seen to be given partitions after `fromNs` and before `toNs`. */
  readonly isAssignedBetween: (fromNs: number, toNs: number) => boolean;
  /** The longest time that a poll and a fetch are taken to need. */
  readonly transportNs: number;
  /** Cause for what waits while a run of the lane itself is under way. */
  readonly inLane: Extract<Cause, "same-partition" | "same-key">;
};

/** What keeps the next message of a lane from starting, over all times in which one waits. `runs` are sorted by start. */
export function timelineOf<R extends Run>(runs: readonly R[], options: TimelineOptions<R>): Piece<R>[] {
  const waitingFrom = earliestFrom(runs.map(({ availableNs }) => availableNs ?? Number.POSITIVE_INFINITY));
  const pieces: Piece<R>[] = [];
  let untilNs = Number.NEGATIVE_INFINITY;
  runs.forEach((run, n) => {
    const gapNs = Math.max(untilNs, waitingFrom[n] ?? run.startNs);
    if (gapNs < run.startNs) for (const piece of cutGap(gapNs, run, runs[n - 1], options)) pieces.push(piece);
    const fromNs = Math.max(untilNs, run.startNs);
    const somebodyWaits = (waitingFrom[n + 1] ?? Number.POSITIVE_INFINITY) < run.endNs;
    if (fromNs < run.endNs && somebodyWaits) {
      pieces.push({ ...blamed(options.inLane, [run], run.certain), fromNs, toNs: run.endNs });
    }
    untilNs = Math.max(untilNs, run.endNs);
  });
  return pieces;
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
  const pieces: Piece<R>[] = [];
  const idle = { ...blamed<R>("unexplained", [], false), idle: true };
  let atNs = fromNs;
  for (const busy of consumer.busyBetween(fromNs, toNs)) {
    const verdict = full(busy.active, consumer, false);
    if (!verdict) continue;
    if (busy.fromNs > atNs) pieces.push({ ...idle, fromNs: atNs, toNs: busy.fromNs });
    pieces.push({ ...verdict, fromNs: Math.max(fromNs, busy.fromNs), toNs: busy.toNs });
    atNs = busy.toNs;
  }
  if (atNs < toNs) pieces.push({ ...idle, fromNs: atNs, toNs });
  return pieces;
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

type Verdict<R extends Run> = Omit<Piece<R>, "fromNs" | "toNs">;

function blamed<R extends Run>(cause: Cause, blockers: readonly R[], proven: boolean): Verdict<R> {
  return { cause, blockers, proven, idle: false, handedOver: false };
}

/** The time between two runs of a lane, from `fromNs` to the start of `head`, the message that starts next in it. */
function cutGap<R extends Run>(
  fromNs: number,
  head: R,
  previous: R | undefined,
  options: TimelineOptions<R>,
): Piece<R>[] {
  const pieces: Piece<R>[] = [];
  const add = (piece: Piece<R>) => {
    const last = pieces.at(-1);
    if (piece.fromNs >= piece.toNs) return;
    if (last && isSame(piece, last)) pieces[pieces.length - 1] = { ...last, toNs: piece.toNs };
    else pieces.push(piece);
  };
  const between = (
    consumer: Consumer<R> | undefined,
    from: number,
    to: number,
    judge: (active: readonly R[], consumer: Consumer<R>) => Verdict<R>,
    nothing: Verdict<R>,
  ) => {
    let atNs = from;
    for (const busy of consumer?.busyBetween(from, to) ?? []) {
      add({ ...nothing, fromNs: atNs, toNs: busy.fromNs });
      atNs = Math.min(busy.toNs, to);
      if (consumer) add({ ...judge(busy.active, consumer), fromNs: Math.max(from, busy.fromNs), toNs: atNs });
    }
    add({ ...nothing, fromNs: atNs, toNs: to });
  };

  const handedOver = previous !== undefined && previous.consumer !== head.consumer;
  const sameMessage = previous?.offset !== undefined && previous.offset === head.offset;
  const assignedNs = Math.min(head.assignedNs ?? fromNs, head.startNs);
  if (assignedNs > fromNs) {
    const unowned = (sure: boolean) => blamed<R>("rebalance", [], sure);
    const owner = previous && options.consumerOf(previous);
    // Only if the former owner, and no other since, had nothing to do, not even a back-off, is it sure that nobody had it.
    const nobody =
      head.certain &&
      previous?.certain === true &&
      !sameMessage &&
      !options.isAssignedBetween(previous.startNs, assignedNs - jitterNs);
    between(
      owner,
      fromNs,
      assignedNs,
      (active, at) => full(active, at, false) ?? unowned(false),
      unowned(nobody),
    );
  }

  const moved = handedOver && head.assignedNs === undefined;
  const sure = head.certain && !moved;
  const nothing =
    sameMessage && !moved
      ? blamed(options.inLane, [previous], sure)
      : { ...blamed<R>("unexplained", [], sure), idle: true, handedOver: moved };
  const fetchedNs = Math.max(assignedNs, fromNs, Math.min(head.fetchedNs ?? fromNs, head.startNs));
  const owner = options.consumerOf(head);
  const awaited = owner?.lastBatchBefore(fetchedNs);
  // A client that idles before it fetches has not waited for a batch.
  const held = awaited && awaited.endNs >= fetchedNs - options.transportNs && owner?.fetching() !== "ahead";
  const sureBarrier = sure && owner?.fetching() === "in-turn" && follows(previous, head);
  between(
    owner,
    Math.max(assignedNs, fromNs),
    fetchedNs,
    (active, at) =>
      full(active, at, sure) ??
      barrier(active, head, (run) => held === true && awaited.has(run), sureBarrier) ??
      nothing,
    nothing,
  );
  const endsJustBefore = (run: R) =>
    head.fetchedNs === undefined &&
    owner?.fetching() !== "ahead" &&
    endedBy(run, head.startNs) &&
    run.endNs >= head.startNs - options.transportNs;
  between(
    owner,
    fetchedNs,
    head.startNs,
    (active, at) => full(active, at, sure) ?? barrier(active, head, endsJustBefore, false) ?? nothing,
    nothing,
  );
  return pieces;
}

/** No message of the lane was handled in between, not even one whose span is missing. */
function follows(previous: Run | undefined, head: Run): boolean {
  if (previous?.offset === undefined) return head.offset === 0;
  return head.offset === previous.offset + (previous.messages ?? 1);
}

function isSame<R extends Run>(a: Verdict<R>, b: Verdict<R>): boolean {
  if (a.idle && b.idle) return true;
  const alike = a.cause === b.cause && a.proven === b.proven && a.idle === b.idle;
  return (
    alike && a.blockers.length === b.blockers.length && a.blockers.every((run) => b.blockers.includes(run))
  );
}

/** The consumer has no slot left. */
function full<R extends Run>(
  active: readonly R[],
  { slots, saysSlots }: Consumer<R>,
  sure: boolean,
): Verdict<R> | undefined {
  if (active.length < slots) return undefined;
  const last = active.at(-1);
  const blockers = slots === 1 && last ? [last] : active;
  // A consumer that was never seen to do two things at a time held this message up, too, whatever the number of its slots.
  const proven = sure && (slots === 1 || saysSlots) && blockers.every(({ certain }) => certain);
  return blamed(slots === 1 ? "same-consumer" : "capacity", blockers, proven);
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
): Verdict<R> | undefined {
  const [last] = active
    .filter((run) => run.lane !== head.lane && holds(run))
    .sort((a, b) => b.endNs - a.endNs);
  return last && blamed("fetch-barrier", [last], sure && last.certain);
}
