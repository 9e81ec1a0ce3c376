import type { Cause } from "../causes.ts";
import { firstEndingAfter, firstStartingFrom, once } from "./range-index.ts";
import { lastOffsetOf, type Run, shareMessages } from "./run.ts";
import { createSumsAbove } from "./sums-above.ts";
import type { CauseSums } from "./timeline/cause-sums.ts";
import type { Interval } from "./timeline/interval.ts";
import type { Segment } from "./wait.ts";

/**
 * The intervals in which later offsets, or an earlier attempt of its own message, were handled while a message waited: it did not
 * wait behind those.
 *
 *     │ 4 fails │  5  │  6  │ 4 again      again, 4 waited for a retry; why not 5 and 6 came later is unexplained
 */
export type OutOfTurn<R extends Run> = {
  /** What a segment in one of these intervals really is; any other is returned as it is. */
  segment(run: R, interval: Interval<R>, segment: Segment<R>): Segment<R>;
  /** Moves the time of these intervals to the cause that they have for a run. */
  correct(sums: CauseSums, run: R, fromNs: number): CauseSums;
  /** How many of the `active` runs, which were to blame at `fromNs`, and of those that began later these intervals name. */
  count(run: R, fromNs: number, active: readonly R[]): number;
  /** Whether one of these intervals names `other`. */
  names(run: R, fromNs: number, other: R): boolean;
};

/** The intervals in which an offset was handled before a lower or equal one. `runs` are those of the timeline, by start. */
export function overtakingIn<R extends Run>(
  intervals: readonly Interval<R>[],
  runs: readonly R[],
): Interval<R>[] {
  if (!hasRepeats(runs)) return [];
  const overtaking: Interval<R>[] = [];
  let lowest = Number.POSITIVE_INFINITY;
  let left = runs.length;
  for (const interval of intervals.toReversed()) {
    for (let later = runs[left - 1]; later && later.startNs > interval.fromNs; later = runs[--left - 1]) {
      lowest = Math.min(lowest, later.offset ?? lowest);
    }
    const run = inLaneRun(interval);
    if (run?.offset !== undefined && lastOffsetOf(run, run.offset) >= lowest) overtaking.push(interval);
  }
  return overtaking.reverse();
}

/** Whether an offset was handled after a higher or equal one. `sorted` are by start. */
function hasRepeats(sorted: readonly Run[]): boolean {
  let highest = Number.NEGATIVE_INFINITY;
  return sorted.some((run) => {
    const { offset } = run;
    if (offset === undefined) return false;
    const isRepeat = offset <= highest;
    highest = Math.max(highest, lastOffsetOf(run, offset));
    return isRepeat;
  });
}

export function createOutOfTurn<R extends Run>(overtaking: readonly Interval<R>[]): OutOfTurn<R> {
  const index = once(() => createIndex(overtaking));

  return {
    segment(run, interval, segment) {
      const other = inLaneRun(interval);
      if (!other || !isNotAhead(other, run)) return segment;
      // While its own earlier attempt ran, it waited for a retry.
      if (shareMessages(other, run)) return { ...segment, cause: "retry" };
      return { ...segment, cause: "unexplained", blockers: [], proven: false };
    },

    correct(sums, run, fromNs) {
      const { allNs, laterNs, laterProvenNs } = index().times(run, fromNs);
      if (allNs === 0) return sums;
      const byCause = { ...sums.byCause };
      const add = (cause: Cause, ns: number) => {
        byCause[cause] = (byCause[cause] ?? 0) + ns;
        if (byCause[cause] === 0) delete byCause[cause];
      };
      add(index().cause, -allNs);
      add("retry", allNs - laterNs);
      add("unexplained", laterNs);
      return { byCause, provenNs: sums.provenNs - laterProvenNs };
    },

    count: (run, fromNs, active) => index().count(run, fromNs, active),

    names: (run, fromNs, other) =>
      isNotAhead(other, run) &&
      index()
        .intervalsOf(other)
        .some(({ toNs, ...one }) => toNs > fromNs && one.fromNs < run.startNs),
  };
}

/** The run of the lane itself that an interval names. */
export function inLaneRun<R extends Run>({ reason }: Interval<R>): R | undefined {
  const isInLane =
    reason.kind === "blocked" && (reason.cause === "same-partition" || reason.cause === "same-key");
  return isInLane ? reason.blockers[0] : undefined;
}

/** Whether a run of the same lane has no message that is ahead of another run's. */
function isNotAhead(other: Run, { offset }: Run): boolean {
  return offset !== undefined && other.offset !== undefined && lastOffsetOf(other, other.offset) >= offset;
}

const noOffset = -1;

function createIndex<R extends Run>(intervals: readonly Interval<R>[]) {
  const inLane = intervals.map(inLaneRun);
  const offsets = Float64Array.from(inLane, (run) => run?.offset ?? noOffset);
  const lastOffsets = Float64Array.from(inLane, (run) =>
    run?.offset === undefined ? noOffset : lastOffsetOf(run, run.offset),
  );
  const placesOf = new Map<R, number[]>();
  for (const [n, run] of inLane.entries()) {
    const known = run && placesOf.get(run);
    if (known) known.push(n);
    else if (run) placesOf.set(run, [n]);
  }
  const lengths = Float64Array.from(intervals, ({ fromNs, toNs }) => toNs - fromNs);
  const columns = [
    lengths,
    lengths.map((ns, n) => (isProven(intervals[n]) ? ns : 0)),
    // Intervals that are the first of their run, which count runs.
    Float64Array.from(inLane, (run, n) => (run && placesOf.get(run)?.[0] === n ? 1 : 0)),
  ];
  const fromLastOffset = createSumsAbove(lastOffsets, columns);
  const hasBatches = offsets.some((offset, n) => offset !== lastOffsets[n]);
  const fromOffset = hasBatches ? createSumsAbove(offsets, columns) : fromLastOffset;

  const within = (fromNs: number, toNs: number) =>
    [firstEndingAfter(intervals, fromNs), firstStartingFrom(intervals, toNs)] as const;

  return {
    /** Why these intervals held up the lane's other messages. */
    cause: inLaneCause(intervals),

    /** Time in these intervals, and in those of later offsets. */
    times(run: R, fromNs: number) {
      const { offset, startNs } = run;
      if (offset === undefined) return noTimes;
      const afterIt = lastOffsetOf(run, offset) + 1;
      const [first, end] = within(fromNs, startNs);
      let [allNs = 0] = fromLastOffset(first, end, offset);
      let [laterNs = 0, laterProvenNs = 0] = fromOffset(first, end, afterIt);
      for (const n of first < end - 1 ? [first, end - 1] : [first]) {
        const interval = intervals[n];
        if (!interval || n >= end) continue;
        const outsideNs = Math.max(0, fromNs - interval.fromNs) + Math.max(0, interval.toNs - startNs);
        if ((lastOffsets[n] ?? noOffset) >= offset) allNs -= outsideNs;
        if ((offsets[n] ?? noOffset) < afterIt) continue;
        laterNs -= outsideNs;
        if (isProven(interval)) laterProvenNs -= outsideNs;
      }
      return { allNs, laterNs, laterProvenNs };
    },

    count(run: R, fromNs: number, active: readonly R[]): number {
      const { offset, startNs } = run;
      if (offset === undefined) return 0;
      const [first, end] = within(fromNs, startNs);
      const begun = active.filter((one) => {
        const places = placesOf.get(one) ?? [];
        const isBefore = (places[0] ?? end) < first;
        return isBefore && isNotAhead(one, run) && places.some((n) => n >= first && n < end);
      });
      return (fromLastOffset(first, end, offset)[2] ?? 0) + begun.length;
    },

    intervalsOf: (run: R) => (placesOf.get(run) ?? []).flatMap((n) => intervals[n] ?? []),
  };
}

const noTimes = { allNs: 0, laterNs: 0, laterProvenNs: 0 };

function isProven<R extends Run>(interval: Interval<R> | undefined): boolean {
  return interval?.reason.kind === "blocked" && interval.reason.proven;
}

function inLaneCause<R extends Run>(intervals: readonly Interval<R>[]): Cause {
  const isByKey = intervals.some(({ reason }) => reason.kind === "blocked" && reason.cause === "same-key");
  return isByKey ? "same-key" : "same-partition";
}
