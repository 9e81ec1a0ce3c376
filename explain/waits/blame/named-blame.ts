import type { Cause } from "../../causes.ts";
import { type Blame, type BlameSource, createBlameIndex } from "../blame-index.ts";
import { firstNot } from "../range-index.ts";
import type { Run } from "../run.ts";
import type { Interval } from "../timeline/interval.ts";

/** An interval that a run is to blame for. */
type BlamedTime = {
  readonly fromNs: number;
  readonly toNs: number;
  readonly cause: Cause;
  /** How many runs share the blame for it. */
  readonly sharedBy: number;
  /** The run's share of all earlier intervals. */
  readonly beforeNs: number;
};

/** The blame of the runs that intervals name. */
export function createNamedBlame<R extends Run>(intervals: readonly Interval<R>[]): BlameSource<R> {
  const timesOf = new Map<R, BlamedTime[]>();
  for (const { fromNs, toNs, reason } of intervals) {
    if (reason.kind !== "blocked") continue;
    for (const run of reason.blockers) {
      const times = timesOf.get(run) ?? [];
      const last = times.at(-1);
      const beforeNs = last ? last.beforeNs + (last.toNs - last.fromNs) / last.sharedBy : 0;
      times.push({ fromNs, toNs, cause: reason.cause, sharedBy: reason.blockers.length, beforeNs });
      timesOf.set(run, times);
    }
  }

  function shareUpTo(times: readonly BlamedTime[], atNs: number): number {
    const time = times[Math.max(0, firstNot(times, ({ fromNs }) => fromNs <= atNs) - 1)];
    if (!time) return 0;
    const ns = Math.min(atNs, time.toNs) - time.fromNs;
    return time.beforeNs + Math.max(0, ns) / time.sharedBy;
  }

  const index = createBlameIndex(
    // Intervals are in order, so the map has its runs by the begin of their blame.
    [...timesOf].map(([run, times]): Blame<R> => {
      const [first, last] = [times[0], times.at(-1)];
      const [fromNs, toNs] = [first?.fromNs ?? 0, last?.toNs ?? 0];
      return { run, fromNs, toNs, ns: shareUpTo(times, toNs) };
    }),
  );

  const share = ({ run }: Blame<R>, fromNs: number, toNs: number) => {
    const times = timesOf.get(run) ?? [];
    return shareUpTo(times, toNs) - shareUpTo(times, fromNs);
  };

  return {
    index: () => index,
    share,

    causeOf: ({ run }, fromNs) => timesOf.get(run)?.find(({ toNs }) => toNs > fromNs)?.cause ?? "unexplained",

    count(fromNs, toNs) {
      let notInTime = 0;
      for (const blame of index.activeAt(fromNs)) if (share(blame, fromNs, toNs) === 0) notInTime += 1;
      return index.count(fromNs, toNs) - notInTime;
    },
  };
}
