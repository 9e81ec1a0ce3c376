import { type Blame, createBlameIndex } from "../blame/blame-index.ts";
import { once } from "../once.ts";
import type { Run } from "../run.ts";
import { runningSum } from "../running-sum.ts";
import { firstNot } from "../search.ts";
import type { BusyTimes } from "./busy-times.ts";

/** When a consumer had no slot left. */
export type FullTimes<R extends Run> = ReturnType<typeof createFullTimes<R>>;

/** What a time from one full moment to another was made of, ns. */
export type FullSums = {
  readonly fullNs: number;
  /** Of `fullNs`: partition, offset and consumer of all that ran are known. */
  readonly certainNs: number;
  /** In between, at most `transportNs` at a time. */
  readonly shortIdleNs: number;
  readonly longIdleNs: number;
};

/**
 * The times in which a consumer had no slot left. All that run then share the blame evenly, so what one of them cost is the
 * difference of a running sum at its start and at its end, and nobody needs a list of who ran when:
 *
 *     two slots   a  ▉▉▉▉▉▉▉▉▉▉
 *                 b      ▉▉▉▉▉▉▉▉▉▉
 *     full               ▒▒▒▒▒▒         a and b share it
 */
export function createFullTimes<R extends Run>(
  { holds, openAt, between }: BusyTimes<R>,
  slots: number,
  transportNs: number,
) {
  const { from, to, runs, certain } = fullTimesOf(holds, slots);
  const full = runningSum(from.length, (n) => (to[n] ?? 0) - (from[n] ?? 0));
  const certainly = runningSum(from.length, (n) => (certain[n] ? (to[n] ?? 0) - (from[n] ?? 0) : 0));
  const shared = runningSum(from.length, (n) => ((to[n] ?? 0) - (from[n] ?? 0)) / (runs[n] ?? 1));
  const idle = (n: number) => (n === 0 ? 0 : (from[n] ?? 0) - (to[n - 1] ?? 0));
  const shortIdle = runningSum(from.length, (n) => (idle(n) <= transportNs ? idle(n) : 0));
  const longIdle = runningSum(from.length, (n) => (idle(n) > transportNs ? idle(n) : 0));

  /** The first full time that ends after `atNs`. */
  const firstAfter = (atNs: number) => firstNot(to, (endNs) => endNs <= atNs);

  /** First and last full time that meet [fromNs, toNs). */
  const placesIn = (fromNs: number, toNs: number) => ({
    first: firstAfter(fromNs),
    last: firstNot(from, (startNs) => startNs < toNs) - 1,
  });

  /** The value at `atNs` of a running sum that grows in full times only, by `slope` of one. */
  function upTo(sums: Float64Array, atNs: number, slope: (n: number) => number): number {
    const n = firstAfter(atNs);
    return (sums[n] ?? 0) + slope(n) * Math.max(0, atNs - (from[n] ?? atNs));
  }

  function within(
    fromNs: number,
    toNs: number,
  ): { readonly fromNs: number; readonly toNs: number } | undefined {
    const { first, last } = placesIn(fromNs, toNs);
    if (first > last) return undefined;
    return { fromNs: Math.max(fromNs, from[first] ?? 0), toNs: Math.min(toNs, to[last] ?? 0) };
  }

  /** What all runs together would be charged with until `atNs`, each that is under way with its share. */
  const shareUpTo = (atNs: number) => upTo(shared, atNs, (n) => 1 / (runs[n] ?? 1));

  const blames = once(() =>
    createBlameIndex(
      holds.flatMap(({ run, fromNs, toNs }): Blame<R>[] => {
        const time = within(fromNs, toNs);
        return time ? [{ run, ...time, ns: shareUpTo(toNs) - shareUpTo(fromNs) }] : [];
      }),
    ),
  );

  return {
    consumer: holds[0]?.run.consumer,
    cause: slots === 1 ? ("same-consumer" as const) : ("capacity" as const),
    /** The time from the first full moment to the last one; undefined when there is none. */
    within,
    blames,
    shareUpTo,
    openAt,

    /** From `fromNs` to `toNs`, which are both in full times or at their ends. */
    sums(fromNs: number, toNs: number): FullSums {
      const { first, last } = placesIn(fromNs, toNs);
      const between = (sums: Float64Array) => (sums[last + 1] ?? 0) - (sums[first + 1] ?? 0);
      return {
        fullNs: upTo(full, toNs, () => 1) - upTo(full, fromNs, () => 1),
        certainNs:
          upTo(certainly, toNs, (n) => certain[n] ?? 0) - upTo(certainly, fromNs, (n) => certain[n] ?? 0),
        shortIdleNs: between(shortIdle),
        longIdleNs: between(longIdle),
      };
    },

    /** The full times in [fromNs, toNs), in order, cut at both ends. */
    *between(fromNs: number, toNs: number) {
      for (const time of between(fromNs, toNs)) if (time.active.length >= slots) yield time;
    },
  };
}

/** The times with the same runs under way, no slot left, as columns. */
function fullTimesOf<R extends Run>(holds: BusyTimes<R>["holds"], slots: number) {
  const byEnd = holds.toSorted((a, b) => a.toNs - b.toNs);
  const from: number[] = [];
  const to: number[] = [];
  const runs: number[] = [];
  const certain: number[] = [];
  let [started, running, uncertain, atNs] = [0, 0, 0, 0];
  for (let ended = 0; ended < byEnd.length; ) {
    const starting = holds[started];
    const ending = byEnd[ended];
    const startsFirst = starting !== undefined && ending !== undefined && starting.fromNs < ending.toNs;
    const hold = startsFirst ? starting : ending;
    const nextNs = (startsFirst ? hold?.fromNs : hold?.toNs) ?? atNs;
    if (running >= slots && nextNs > atNs) {
      from.push(atNs);
      to.push(nextNs);
      runs.push(running);
      certain.push(Number(uncertain === 0));
    }
    atNs = nextNs;
    running += startsFirst ? 1 : -1;
    if (!hold?.run.certain) uncertain += startsFirst ? 1 : -1;
    if (startsFirst) started += 1;
    else ended += 1;
  }
  return {
    from: Float64Array.from(from),
    to: Float64Array.from(to),
    runs: Int32Array.from(runs),
    certain: Uint8Array.from(certain),
  };
}
