import type { Cause } from "../causes.ts";
import { createRangeMax, firstNot, firstStartingFrom } from "./range-index.ts";
import type { Run } from "./run.ts";

/** A run to blame for waiting between two moments, and the total time it is to blame for. */
export type Blame<R extends Run> = {
  readonly run: R;
  readonly fromNs: number;
  readonly toNs: number;
  readonly ns: number;
};

/** One kind of blame for the waits of a unit. */
export type BlameSource<R extends Run> = {
  readonly index: () => BlameIndex<R>;
  /** The part of [fromNs, toNs) that is charged to a run, ns. */
  share(blame: Blame<R>, fromNs: number, toNs: number): number;
  /** Why a run first blocked after `fromNs`. */
  causeOf(blame: Blame<R>, fromNs: number): Cause;
  /** How many runs are to blame for a part of [fromNs, toNs). */
  count(fromNs: number, toNs: number): number;
};

/** Finds the runs to blame at a moment, or in a period, in O(log n) each. */
type BlameIndex<R extends Run> = ReturnType<typeof createBlameIndex<R>>;

/** `blames` are sorted by `fromNs`; each run is in the list once. */
export function createBlameIndex<R extends Run>(blames: readonly Blame<R>[]) {
  const ends = Float64Array.from(blames, ({ toNs }) => toNs);
  const byEnd = createRangeMax(ends);
  const byNs = createRangeMax(Float64Array.from(blames, ({ ns }) => ns));
  const sortedEnds = ends.toSorted();

  function activeAt(atNs: number): Blame<R>[] {
    const begun = firstNot(blames, ({ fromNs }) => fromNs <= atNs);
    return byEnd.above(0, begun, atNs).flatMap((n) => blames[n] ?? []);
  }

  return {
    all: blames,

    /** Number of runs that began before `toNs` and ended after `fromNs`. */
    count(fromNs: number, toNs: number): number {
      return firstStartingFrom(blames, toNs) - firstNot(sortedEnds, (endNs) => endNs <= fromNs);
    },

    /** Runs that have begun at `atNs` and have not ended. */
    activeAt,

    /** Runs that began before `fromNs` and ended after `toNs`. */
    throughout(fromNs: number, toNs: number): Blame<R>[] {
      return activeAt(toNs).filter((blame) => blame.fromNs < fromNs);
    },

    /** Runs that were to blame at some moment of [fromNs, toNs), by begin. */
    between(fromNs: number, toNs: number): Blame<R>[] {
      const active = activeAt(fromNs).sort((a, b) => a.fromNs - b.fromNs);
      const first = firstNot(blames, (blame) => blame.fromNs <= fromNs);
      return [...active, ...blames.slice(first, firstStartingFrom(blames, toNs))];
    },

    /** Runs that began after `fromNs` and before `toNs`, the largest `ns` first. */
    *largest(fromNs: number, toNs: number): Generator<Blame<R>> {
      const first = firstNot(blames, (blame) => blame.fromNs <= fromNs);
      for (const n of byNs.descending(first, firstStartingFrom(blames, toNs))) {
        const blame = blames[n];
        if (blame) yield blame;
      }
    },
  };
}
