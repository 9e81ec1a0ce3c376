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

/** Sums over any part of a timeline. */
export function createCauseSums<R extends Run>(intervals: readonly Interval<R>[], transportNs: number) {
  const running = once(() => runningSums(intervals, transportNs));

  return (fromNs: number, toNs: number): CauseSums => {
    const byCause: Partial<Record<Cause, number>> = {};
    let [provenNs, coveredNs] = [0, 0];
    const add = (cause: Cause, ns: number, proven: number) => {
      if (ns > 0) byCause[cause] = (byCause[cause] ?? 0) + ns;
      provenNs += proven;
      coveredNs += ns;
    };
    const addClipped = (interval: Interval<R> | undefined) => {
      if (!interval) return;
      addSums(interval, Math.max(fromNs, interval.fromNs), Math.min(toNs, interval.toNs), transportNs, add);
    };
    const [first, end] = [firstEndingAfter(intervals, fromNs), firstStartingFrom(intervals, toNs)];
    if (end - first <= fewIntervals) {
      for (let n = first; n < end; n += 1) addClipped(intervals[n]);
    } else {
      addClipped(intervals[first]);
      addClipped(intervals[end - 1]);
      const { sums, proven } = running();
      const inner = (column: Float64Array) => (column[end - 1] ?? 0) - (column[first + 1] ?? 0);
      for (const [cause, column] of sums) add(cause, inner(column), 0);
      provenNs += inner(proven);
    }
    // The timeline has no interval while no message is known to wait.
    add("unexplained", toNs - fromNs - coveredNs, 0);
    return { byCause, provenNs };
  };
}

/** Entry n of each column is for all intervals before n. */
function runningSums<R extends Run>(intervals: readonly Interval<R>[], transportNs: number) {
  const column = () => new Float64Array(intervals.length + 1);
  const sums = new Map(causes.map((cause) => [cause, column()]));
  const proven = column();
  intervals.forEach((interval, n) => {
    for (const ofCause of [...sums.values(), proven]) ofCause[n + 1] = ofCause[n] ?? 0;
    addSums(interval, interval.fromNs, interval.toNs, transportNs, (cause, ns, provenNs) => {
      const ofCause = sums.get(cause);
      if (ofCause) ofCause[n + 1] = (ofCause[n + 1] ?? 0) + ns;
      proven[n + 1] = (proven[n + 1] ?? 0) + provenNs;
    });
  });
  return { sums, proven };
}

/** Receives `ns` of a cause, `provenNs` of them proven. */
type Add = (cause: Cause, ns: number, provenNs: number) => void;

/** Adds the part [fromNs, toNs) of an interval by cause. */
function addSums<R extends Run>(
  { reason }: Interval<R>,
  fromNs: number,
  toNs: number,
  transportNs: number,
  add: Add,
): void {
  const ns = toNs - fromNs;
  if (reason.kind === "blocked") {
    add(reason.cause, ns, reason.proven ? ns : 0);
    return;
  }
  const addIdle = (idle: Idle, idleNs: number) => {
    const cause = idleCause(idle, idleNs, transportNs);
    add(cause, idleNs, isIdleProven(idle, cause) ? idleNs : 0);
  };
  if (reason.kind === "idle") {
    addIdle(reason, ns);
    return;
  }
  const { times, otherwise, provable } = reason;
  const inner = times.within(fromNs, toNs);
  const { saturatedNs, certainNs, shortGapsNs, longGapsNs } = inner
    ? times.sums(inner.fromNs, inner.toNs)
    : nothing;
  if (saturatedNs > 0) add(times.cause, saturatedNs, provable ? certainNs : 0);
  if (otherwise.kind === "blocked") {
    add(otherwise.cause, ns - saturatedNs, otherwise.proven ? ns - saturatedNs : 0);
    return;
  }
  if (!inner) {
    addIdle(otherwise, ns);
    return;
  }
  if (inner.fromNs > fromNs) addIdle(otherwise, inner.fromNs - fromNs);
  if (inner.toNs < toNs) addIdle(otherwise, toNs - inner.toNs);
  add("transport", shortGapsNs, otherwise.proven ? shortGapsNs : 0);
  const longCause = longIdleCause(otherwise);
  add(longCause, longGapsNs, isIdleProven(otherwise, longCause) ? longGapsNs : 0);
}

const nothing = { saturatedNs: 0, certainNs: 0, shortGapsNs: 0, longGapsNs: 0 };
