import type { Cause } from "../../causes.ts";
import { createRangeMax } from "../range-max.ts";
import type { Run } from "../run.ts";
import { firstNot, firstStartingFrom } from "../search.ts";

/** A run that is to blame for something from one moment to another, and for how much in all. */
export type Blame<R extends Run> = {
  readonly run: R;
  readonly fromNs: number;
  readonly toNs: number;
  readonly ns: number;
};

/** Who was to blame when. */
export type BlameIndex<R extends Run> = ReturnType<typeof createBlameIndex<R>>;

/** One kind of blame that a unit's waits give. */
export type BlameSource<R extends Run> = {
  readonly index: () => BlameIndex<R>;
  /** What of [fromNs, toNs) is charged to a run, ns. */
  share(blame: Blame<R>, fromNs: number, toNs: number): number;
  /** Why a run was first in the way after `fromNs`. */
  causeOf(blame: Blame<R>, fromNs: number): Cause;
  /** How many runs are to blame for a part of [fromNs, toNs). */
  count(fromNs: number, toNs: number): number;
};

/** `blames` are sorted by `fromNs`, each run in it once. */
export function createBlameIndex<R extends Run>(blames: readonly Blame<R>[]) {
  const ends = Float64Array.from(blames, ({ toNs }) => toNs);
  const byEnd = createRangeMax(ends);
  const byNs = createRangeMax(Float64Array.from(blames, ({ ns }) => ns));
  const sortedEnds = ends.toSorted();

  function openAt(atNs: number): Blame<R>[] {
    const begun = firstNot(blames, ({ fromNs }) => fromNs <= atNs);
    return byEnd.above(0, begun, atNs).flatMap((n) => blames[n] ?? []);
  }

  return {
    all: blames,

    /** How many began before `toNs` and ended after `fromNs`. */
    count(fromNs: number, toNs: number): number {
      return firstStartingFrom(blames, toNs) - firstNot(sortedEnds, (endNs) => endNs <= fromNs);
    },

    /** Those that have begun at `atNs` and have not ended. */
    openAt,

    /** Those that began before `fromNs` and ended after `toNs`. */
    throughout(fromNs: number, toNs: number): Blame<R>[] {
      return openAt(toNs).filter((blame) => blame.fromNs < fromNs);
    },

    /** Those that were to blame at some time between, by begin. */
    between(fromNs: number, toNs: number): Blame<R>[] {
      const open = openAt(fromNs).sort((a, b) => a.fromNs - b.fromNs);
      const first = firstNot(blames, (blame) => blame.fromNs <= fromNs);
      return [...open, ...blames.slice(first, firstStartingFrom(blames, toNs))];
    },

    /** Those that began after `fromNs` and before `toNs`, the greatest first. */
    *greatest(fromNs: number, toNs: number): Generator<Blame<R>> {
      const first = firstNot(blames, (blame) => blame.fromNs <= fromNs);
      for (const n of byNs.descending(first, firstStartingFrom(blames, toNs))) {
        const blame = blames[n];
        if (blame) yield blame;
      }
    },
  };
}
