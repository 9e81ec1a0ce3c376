import { type Blame, type BlameSource, createBlameIndex } from "../blame-index.ts";
import type { SaturatedTimes } from "../consumers/saturated-times.ts";
import { firstEndingAfter, firstNot, firstStartingFrom, once, runningSum } from "../range-index.ts";
import type { Run } from "../run.ts";

/** Up to this many runs per interval of a unit are measured one by one. */
const maxRunsPerInterval = 16;

type Time = { readonly fromNs: number; readonly toNs: number };

/**
 * The blame of the runs that were active while a consumer was saturated. `intervals` are those of the unit's timeline in which
 * it was saturated: each begins and ends with a saturated time.
 */
export function createSaturationBlame<R extends Run>(
  saturated: SaturatedTimes<R>,
  intervals: readonly Time[],
): BlameSource<R> {
  const { blames, shareUpTo, within } = saturated;
  const [firstNs, lastNs] = [intervals[0]?.fromNs ?? 0, intervals.at(-1)?.toNs ?? 0];
  const sharedBefore = runningSum(
    intervals.length,
    (n) => shareUpTo(intervals[n]?.toNs ?? 0) - shareUpTo(intervals[n]?.fromNs ?? 0),
  );

  /** Like `shareUpTo`, but only of the unit's intervals. */
  function unitShareUpTo(atNs: number): number {
    const n = firstEndingAfter(intervals, atNs);
    const { fromNs = atNs } = intervals[n] ?? {};
    return (sharedBefore[n] ?? 0) + (atNs > fromNs ? shareUpTo(atNs) - shareUpTo(fromNs) : 0);
  }

  function share({ run, fromNs: begunNs, toNs: endedNs }: Blame<R>, fromNs: number, toNs: number): number {
    if (run.consumer !== saturated.consumer) return 0;
    const [from, to] = [Math.max(fromNs, begunNs), Math.min(toNs, endedNs)];
    return from < to ? unitShareUpTo(to) - unitShareUpTo(from) : 0;
  }

  // What each run cost this unit; if measuring that takes too long, what it cost in all, which is never less.
  const index = once(() => {
    if (blames().count(firstNs, lastNs) > maxRunsPerInterval * intervals.length) return blames();
    const ofUnit = blames()
      .between(firstNs, lastNs)
      .map((blame) => ({ ...blame, ns: share(blame, firstNs, lastNs) }));
    return createBlameIndex(ofUnit.filter(({ ns }) => ns > 0));
  });

  function countIn(interval: Time | undefined, fromNs: number, toNs: number): number {
    const time = interval && within(Math.max(fromNs, interval.fromNs), Math.min(toNs, interval.toNs));
    return time ? blames().count(time.fromNs, time.toNs) : 0;
  }

  /** Number of runs of an interval that were also to blame in the previous interval: they were active throughout. */
  const alreadyActive = (n: number) => {
    const [before, interval] = [intervals[n - 1], intervals[n]];
    return before && interval ? blames().throughout(before.toNs, interval.fromNs).length : 0;
  };
  const newBefore = once(() =>
    runningSum(intervals.length, (n) => countIn(intervals[n], firstNs, lastNs) - alreadyActive(n)),
  );

  return {
    index,
    causeOf: () => saturated.cause,
    share,

    count(fromNs, toNs) {
      const [first, last] = [firstEndingAfter(intervals, fromNs), firstStartingFrom(intervals, toNs) - 1];
      if (first > last) return 0;
      const atFirst = countIn(intervals[first], fromNs, toNs);
      if (first === last) return atFirst;
      const between = (newBefore()[last] ?? 0) - (newBefore()[first + 1] ?? 0);
      return atFirst + between + countIn(intervals[last], fromNs, toNs) - alreadyActive(last);
    },
  };
}

/** Charges a run with waiting time, and with messages that waited. */
export type Charge<R extends Run> = (run: R, ns: number, messages: number) => void;

export type SaturationCosts = ReturnType<typeof createSaturationCosts>;

/**
 * What the runs of a saturated consumer cost. It records how many messages waited for the consumer over time, and charges the
 * runs once all units have been added.
 */
export function createSaturationCosts<R extends Run>(
  { shareUpTo, blames }: SaturatedTimes<R>,
  charge: Charge<R>,
) {
  const changes: { readonly atNs: number; readonly arrive: number; readonly leave: number }[] = [];

  return {
    arrive(atNs: number, messages: number): void {
      if (messages > 0) changes.push({ atNs, arrive: messages, leave: 0 });
    },

    leave(atNs: number, messages: number): void {
      if (messages > 0) changes.push({ atNs, arrive: 0, leave: messages });
    },

    settle(): void {
      changes.sort((a, b) => a.atNs - b.atNs);
      // Entry n of each is for all changes before n.
      const [arrived, left, charged] = [1, 2, 3].map(() => new Float64Array(changes.length + 1));
      if (!arrived || !left || !charged) return;
      changes.forEach((change, n) => {
        arrived[n + 1] = (arrived[n] ?? 0) + change.arrive;
        left[n + 1] = (left[n] ?? 0) + change.leave;
        const waiting = (arrived[n] ?? 0) - (left[n] ?? 0);
        const sinceNs = changes[n - 1]?.atNs ?? change.atNs;
        charged[n + 1] = (charged[n] ?? 0) + waiting * (shareUpTo(change.atNs) - shareUpTo(sinceNs));
      });
      const chargedUpTo = (atNs: number) => {
        const n = firstNot(changes, (change) => change.atNs <= atNs);
        const last = changes[n - 1];
        const waiting = (arrived[n] ?? 0) - (left[n] ?? 0);
        return (charged[n] ?? 0) + (last ? waiting * (shareUpTo(atNs) - shareUpTo(last.atNs)) : 0);
      };
      for (const { run, fromNs, toNs } of blames().all) {
        const arrivedBefore = arrived[firstNot(changes, ({ atNs }) => atNs < toNs)] ?? 0;
        const leftBy = left[firstNot(changes, ({ atNs }) => atNs <= fromNs)] ?? 0;
        charge(run, chargedUpTo(toNs) - chargedUpTo(fromNs), arrivedBefore - leftBy);
      }
    },
  };
}
