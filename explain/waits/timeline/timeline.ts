import type { Consumer } from "../consumers/consumer.ts";
import type { Run } from "../run.ts";
import { createCollector } from "./collector.ts";
import { cutGap, type GapOptions } from "./gap.ts";
import { blocked, type Interval, idle } from "./interval.ts";

/**
 * What keeps the next message of an ordered unit from starting, for all times in which one waits.
 *
 *     lane        ├── run 41 ──┤    ├── run 42 ──┤├─ run 43
 *     waits                 42 ├────┤
 *                     43 ├───────────────────────┤
 *     intervals          ├─────┤gap ├────────────┤            run 41, gap, run 42
 *
 * `runs` are those of the unit by start.
 */
export function timelineOf<R extends Run>(runs: readonly R[], options: GapOptions<R>): Interval<R>[] {
  const waitingFrom = earliestFrom(runs.map(({ availableNs }) => availableNs ?? Number.POSITIVE_INFINITY));
  const ends = endsInLane(runs);
  const intervals: Interval<R>[] = [];
  let untilNs = Number.NEGATIVE_INFINITY;
  runs.forEach((run, n) => {
    const gapNs = Math.max(untilNs, waitingFrom[n] ?? run.startNs);
    if (gapNs < run.startNs) {
      for (const interval of cutGap(gapNs, run, runs[n - 1], options)) intervals.push(interval);
    }
    const fromNs = Math.max(untilNs, run.startNs);
    const toNs = ends[n] ?? run.endNs;
    const isAwaited = (waitingFrom[n + 1] ?? Number.POSITIVE_INFINITY) < toNs;
    if (fromNs < toNs && isAwaited) {
      intervals.push({ fromNs, toNs, reason: blocked(options.inLane, [run], run.certain) });
    }
    untilNs = Math.max(untilNs, toNs);
  });
  return intervals;
}

/**
 * When each run stops holding its lane: at its end, or when the lane moves to another consumer before. From then on it only
 * holds up what waits for its own consumer.
 */
function endsInLane(sorted: readonly Run[]): number[] {
  const ends = sorted.map(({ endNs }) => endNs);
  /** The next run on another consumer. */
  let other: Run | undefined;
  for (let n = sorted.length - 2; n >= 0; n -= 1) {
    const [run, next] = [sorted[n], sorted[n + 1]];
    if (!run || !next) continue;
    if (next.consumer !== run.consumer) other = next;
    if (!other || other.startNs >= run.endNs) continue;
    ends[n] = Math.max(run.startNs, Math.min(other.assignedNs ?? other.startNs, other.startNs));
  }
  return ends;
}

/** For each index, the smallest value from there on. */
function earliestFrom(values: readonly number[]): number[] {
  let earliest = Number.POSITIVE_INFINITY;
  return values
    .toReversed()
    .map((value) => {
      earliest = Math.min(earliest, value);
      return earliest;
    })
    .reverse();
}

/**
 * The timeline of runs whose partition is unknown: it only shows when the consumer was saturated. `runs` are all such runs of
 * the consumer.
 */
export function timelineOfConsumer<R extends Run>(runs: readonly R[], consumer: Consumer<R>): Interval<R>[] {
  const fromNs = runs.reduce(
    (least, { availableNs = least }) => Math.min(least, availableNs),
    Number.POSITIVE_INFINITY,
  );
  const toNs = runs.reduce((most, { startNs }) => Math.max(most, startNs), Number.NEGATIVE_INFINITY);
  const collector = createCollector<R>();
  collector.addSaturated(consumer, fromNs, toNs, false, idle(false, false));
  return collector.intervals;
}
