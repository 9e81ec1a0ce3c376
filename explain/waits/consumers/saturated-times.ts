import { type Blame, createBlameIndex } from "../blame-index.ts";
import { firstNot, once, runningSum } from "../range-index.ts";
import type { Run } from "../run.ts";
import type { BusyTimes } from "./busy-times.ts";

/** The times in which a consumer was saturated: all its slots were busy. */
export type SaturatedTimes<R extends Run> = ReturnType<typeof createSaturatedTimes<R>>;

/** The parts of a period that begins and ends with the consumer saturated, ns. */
export type SaturationSums = {
  readonly saturatedNs: number;
  /** The part of `saturatedNs` in which all active runs were certain. */
  readonly certainNs: number;
  /** Gaps between saturated times, at most `transportNs` each. */
  readonly shortGapsNs: number;
  readonly longGapsNs: number;
};

/**
 * While a consumer is saturated, all its active runs share the blame evenly. The cost of one run is then the difference of a
 * running sum at its start and end, and no lane needs a list of what ran when:
 *
 *     two slots   a  ▉▉▉▉▉▉▉▉▉▉
 *                 b      ▉▉▉▉▉▉▉▉▉▉
 *     saturated          ▒▒▒▒▒▒         a and b share it
 */
export function createSaturatedTimes<R extends Run>(
  { slotUses, between }: BusyTimes<R>,
  slots: number,
  transportNs: number,
) {
  const { from, to, runs, certain } = saturatedColumns(slotUses, slots);
  const saturated = runningSum(from.length, (n) => (to[n] ?? 0) - (from[n] ?? 0));
  const certainly = runningSum(from.length, (n) => (certain[n] ? (to[n] ?? 0) - (from[n] ?? 0) : 0));
  const shared = runningSum(from.length, (n) => ((to[n] ?? 0) - (from[n] ?? 0)) / (runs[n] ?? 1));
  const gap = (n: number) => (n === 0 ? 0 : (from[n] ?? 0) - (to[n - 1] ?? 0));
  const shortGaps = runningSum(from.length, (n) => (gap(n) <= transportNs ? gap(n) : 0));
  const longGaps = runningSum(from.length, (n) => (gap(n) > transportNs ? gap(n) : 0));

  /** Index of the first saturated time that ends after `atNs`. */
  const firstAfter = (atNs: number) => firstNot(to, (endNs) => endNs <= atNs);

  /** Indices of the first and the last saturated time that meet [fromNs, toNs). */
  const indicesIn = (fromNs: number, toNs: number) => ({
    first: firstAfter(fromNs),
    last: firstNot(from, (startNs) => startNs < toNs) - 1,
  });

  /** The value at `atNs` of a running sum that grows in saturated times only, in the n-th by `slope(n)` per ns. */
  function upTo(sums: Float64Array, atNs: number, slope: (n: number) => number): number {
    const n = firstAfter(atNs);
    return (sums[n] ?? 0) + slope(n) * Math.max(0, atNs - (from[n] ?? atNs));
  }

  function within(
    fromNs: number,
    toNs: number,
  ): { readonly fromNs: number; readonly toNs: number } | undefined {
    const { first, last } = indicesIn(fromNs, toNs);
    if (first > last) return undefined;
    return { fromNs: Math.max(fromNs, from[first] ?? 0), toNs: Math.min(toNs, to[last] ?? 0) };
  }

  /** What a run that was always active would be charged with until `atNs`. */
  const shareUpTo = (atNs: number) => upTo(shared, atNs, (n) => 1 / (runs[n] ?? 1));

  const blames = once(() =>
    createBlameIndex(
      slotUses.flatMap(({ run, fromNs, toNs }): Blame<R>[] => {
        const time = within(fromNs, toNs);
        return time ? [{ run, ...time, ns: shareUpTo(toNs) - shareUpTo(fromNs) }] : [];
      }),
    ),
  );

  return {
    consumer: slotUses[0]?.run.consumer,
    cause: slots === 1 ? ("same-consumer" as const) : ("capacity" as const),
    /** From the first saturated moment of [fromNs, toNs) to the last, if any. */
    within,
    blames,
    shareUpTo,

    /** `fromNs` and `toNs` are in saturated times, or at their ends. */
    sums(fromNs: number, toNs: number): SaturationSums {
      const { first, last } = indicesIn(fromNs, toNs);
      const gaps = (sums: Float64Array) => (sums[last + 1] ?? 0) - (sums[first + 1] ?? 0);
      return {
        saturatedNs: upTo(saturated, toNs, () => 1) - upTo(saturated, fromNs, () => 1),
        certainNs:
          upTo(certainly, toNs, (n) => certain[n] ?? 0) - upTo(certainly, fromNs, (n) => certain[n] ?? 0),
        shortGapsNs: gaps(shortGaps),
        longGapsNs: gaps(longGaps),
      };
    },

    /** The saturated times in [fromNs, toNs), in order, cut at both ends. */
    *between(fromNs: number, toNs: number) {
      for (const time of between(fromNs, toNs)) if (time.active.length >= slots) yield time;
    },
  };
}

/** The saturated times as columns; each time has the same runs active throughout. */
function saturatedColumns<R extends Run>(slotUses: BusyTimes<R>["slotUses"], slots: number) {
  const byEnd = slotUses.toSorted((a, b) => a.toNs - b.toNs);
  const from: number[] = [];
  const to: number[] = [];
  const runs: number[] = [];
  const certain: number[] = [];
  let [started, active, uncertain, atNs] = [0, 0, 0, 0];
  for (let ended = 0; ended < byEnd.length; ) {
    const starting = slotUses[started];
    const ending = byEnd[ended];
    const startsFirst = starting !== undefined && ending !== undefined && starting.fromNs < ending.toNs;
    const use = startsFirst ? starting : ending;
    const nextNs = (startsFirst ? use?.fromNs : use?.toNs) ?? atNs;
    if (active >= slots && nextNs > atNs) {
      from.push(atNs);
      to.push(nextNs);
      runs.push(active);
      certain.push(Number(uncertain === 0));
    }
    atNs = nextNs;
    active += startsFirst ? 1 : -1;
    if (!use?.run.certain) uncertain += startsFirst ? 1 : -1;
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
