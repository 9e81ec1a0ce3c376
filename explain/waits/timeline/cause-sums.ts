import { type Cause, causes } from "../../causes.ts";
import { firstEndingAfter, firstStartingFrom, once } from "../range-index.ts";
import type { Run } from "../run.ts";
import { type Idle, type Interval, idleCause, isIdleProven, longIdleCause } from "./interval.ts";

/** A time by cause, ns. */
export type CauseSums = {
  /** Causes without any time are left out. */
  readonly byCause: Partial<Record<Cause, number>>;
  readonly provenNs: number;
};

/** Up to this many intervals, adding them one by one is cheaper than running sums over all of them. */
const fewIntervals = 64;

/** Time by cause, in the order of `causes`, ns. */
type Totals = { readonly byCause: Float64Array; provenNs: number };

const indexOf = new Map(causes.map((cause, n) => [cause, n]));
const unexplained = indexOf.get("unexplained") ?? 0;

function add(totals: Totals, cause: Cause, ns: number, provenNs: number): void {
  const n = indexOf.get(cause) ?? unexplained;
  totals.byCause[n] = (totals.byCause[n] ?? 0) + ns;
  totals.provenNs += provenNs;
}

/** Sums over any part of a timeline. */
export function createCauseSums<R extends Run>(intervals: readonly Interval<R>[], transportNs: number) {
  const running = once(() => runningSums(intervals, transportNs));
  const totals: Totals = { byCause: new Float64Array(causes.length), provenNs: 0 };

  function addClipped(interval: Interval<R> | undefined, fromNs: number, toNs: number): void {
    if (!interval) return;
    addSums(totals, interval, Math.max(fromNs, interval.fromNs), Math.min(toNs, interval.toNs), transportNs);
  }

  return (fromNs: number, toNs: number): CauseSums => {
    totals.byCause.fill(0);
    totals.provenNs = 0;
    const [first, end] = [firstEndingAfter(intervals, fromNs), firstStartingFrom(intervals, toNs)];
    if (end - first <= fewIntervals) {
      for (let n = first; n < end; n += 1) addClipped(intervals[n], fromNs, toNs);
    } else {
      addClipped(intervals[first], fromNs, toNs);
      addClipped(intervals[end - 1], fromNs, toNs);
      const { sums, proven } = running();
      sums.forEach((column, n) => {
        totals.byCause[n] = (totals.byCause[n] ?? 0) + (column[end - 1] ?? 0) - (column[first + 1] ?? 0);
      });
      totals.provenNs += (proven[end - 1] ?? 0) - (proven[first + 1] ?? 0);
    }
    let coveredNs = 0;
    for (const ns of totals.byCause) coveredNs += ns;
    // The timeline has no interval while no message is known to wait.
    add(totals, "unexplained", toNs - fromNs - coveredNs, 0);
    const byCause: CauseSums["byCause"] = {};
    causes.forEach((cause, n) => {
      const ns = totals.byCause[n] ?? 0;
      if (ns > 0) byCause[cause] = ns;
    });
    return { byCause, provenNs: totals.provenNs };
  };
}

/** For each cause, and for what is proven: entry n is for all intervals before n. */
function runningSums<R extends Run>(intervals: readonly Interval<R>[], transportNs: number) {
  const column = () => new Float64Array(intervals.length + 1);
  const sums = causes.map(column);
  const proven = column();
  const totals: Totals = { byCause: new Float64Array(causes.length), provenNs: 0 };
  intervals.forEach((interval, n) => {
    addSums(totals, interval, interval.fromNs, interval.toNs, transportNs);
    sums.forEach((ofCause, cause) => {
      ofCause[n + 1] = totals.byCause[cause] ?? 0;
    });
    proven[n + 1] = totals.provenNs;
  });
  return { sums, proven };
}

/** Adds the part [fromNs, toNs) of an interval by cause. */
function addSums<R extends Run>(
  totals: Totals,
  { reason }: Interval<R>,
  fromNs: number,
  toNs: number,
  transportNs: number,
): void {
  const ns = toNs - fromNs;
  if (reason.kind === "blocked") {
    add(totals, reason.cause, ns, reason.proven ? ns : 0);
    return;
  }
  if (reason.kind === "idle") {
    addIdle(totals, reason, ns, transportNs);
    return;
  }
  const { times, otherwise, provable } = reason;
  const inner = times.within(fromNs, toNs);
  const { saturatedNs, certainNs, shortGapsNs, longGapsNs } = inner
    ? times.sums(inner.fromNs, inner.toNs)
    : nothing;
  if (saturatedNs > 0) add(totals, times.cause, saturatedNs, provable ? certainNs : 0);
  if (otherwise.kind === "blocked") {
    add(totals, otherwise.cause, ns - saturatedNs, otherwise.proven ? ns - saturatedNs : 0);
    return;
  }
  if (!inner) {
    addIdle(totals, otherwise, ns, transportNs);
    return;
  }
  if (inner.fromNs > fromNs) addIdle(totals, otherwise, inner.fromNs - fromNs, transportNs);
  if (inner.toNs < toNs) addIdle(totals, otherwise, toNs - inner.toNs, transportNs);
  add(totals, "transport", shortGapsNs, otherwise.proven ? shortGapsNs : 0);
  const longCause = longIdleCause(otherwise);
  add(totals, longCause, longGapsNs, isIdleProven(otherwise, longCause) ? longGapsNs : 0);
}

function addIdle(totals: Totals, idle: Idle, ns: number, transportNs: number): void {
  const cause = idleCause(idle, ns, transportNs);
  add(totals, cause, ns, isIdleProven(idle, cause) ? ns : 0);
}

const nothing = { saturatedNs: 0, certainNs: 0, shortGapsNs: 0, longGapsNs: 0 };
