import { inLaneRun } from "../out-of-turn.ts";
import { firstNot } from "../range-index.ts";
import { lastOffsetOf, type Run } from "../run.ts";
import type { Interval } from "../timeline/interval.ts";
import type { Waiting } from "../wait.ts";
import type { Charge } from "./saturation.ts";

/** A message that waits, by its offset. */
type Place = { readonly offset: number; readonly fromNs: number; readonly toNs: number };

/**
 * Takes back from runs what they were charged for messages that did not wait behind them: those with a lower offset, and those
 * that they handled themselves. Sweeps over the time, in O(log n) for each interval and each message.
 */
export function refundOutOfTurn<R extends Run>(
  overtaking: readonly Interval<R>[],
  waits: readonly Waiting<R>[],
  charge: Charge<R>,
): void {
  const places = waits.flatMap(({ run: { offset, startNs }, fromNs }): Place | readonly [] =>
    offset === undefined ? [] : { offset, fromNs, toNs: startNs },
  );
  const arrivals = places.toSorted((a, b) => a.fromNs - b.fromNs);
  const departures = places.toSorted((a, b) => a.toNs - b.toNs);
  const waiting = createCounter(places.map(({ offset }) => offset));
  let [arrived, left] = [0, 0];
  /** By run: when its last interval ended. */
  const chargedUntil = new Map<R, number>();

  for (const interval of overtaking) {
    const { fromNs, toNs } = interval;
    for (let one = arrivals[arrived]; one && one.fromNs <= fromNs; one = arrivals[++arrived]) {
      waiting.add(one.offset, 1);
    }
    for (let one = departures[left]; one && one.toNs <= fromNs; one = departures[++left]) {
      waiting.add(one.offset, -1);
    }
    const run = inLaneRun(interval);
    if (run?.offset === undefined) continue;
    const limit = lastOffsetOf(run, run.offset);
    const already = waiting.upTo(limit);
    let ns = already * (toNs - fromNs);
    let messages = chargedUntil.has(run) ? 0 : already;
    for (let n = arrived; ; n += 1) {
      const one = arrivals[n];
      if (!one || one.fromNs >= toNs) break;
      if (one.offset > limit) continue;
      ns += toNs - one.fromNs;
      messages += 1;
    }
    for (let n = left; ; n += 1) {
      const one = departures[n];
      if (!one || one.toNs >= toNs) break;
      if (one.offset <= limit) ns -= toNs - one.toNs;
    }
    const chargedNs = chargedUntil.get(run);
    if (chargedNs !== undefined) {
      const since = firstNot(arrivals, (one) => one.fromNs < chargedNs);
      const between = arrivals.slice(since, arrived);
      messages += between.filter((one) => one.offset <= limit && one.toNs > fromNs).length;
    }
    chargedUntil.set(run, toNs);
    if (ns > 0) charge(run, -ns, -messages);
  }
}

/** Counts values, and those up to a limit, in O(log n): a Fenwick tree over the sorted values. */
function createCounter(values: readonly number[]) {
  const sorted = Float64Array.from(new Set(values)).sort();
  const tree = new Int32Array(sorted.length + 1);
  return {
    add(value: number, count: number): void {
      const first = firstNot(sorted, (one) => one < value) + 1;
      for (let n = first; n < tree.length; n += n & -n) tree[n] = (tree[n] ?? 0) + count;
    },
    upTo(limit: number): number {
      let sum = 0;
      for (let n = firstNot(sorted, (one) => one <= limit); n > 0; n -= n & -n) sum += tree[n] ?? 0;
      return sum;
    },
  };
}
