import { byStart, sureEndNs } from "./overlap.ts";
import type { Run } from "./run.ts";

/** A time in which the same runs were under way on a consumer; at least one. */
export type BusyTime<R extends Run> = {
  readonly fromNs: number;
  readonly toNs: number;
  readonly active: readonly R[];
};

/** One consumer instance over time. */
export type Consumer<R extends Run> = {
  /** Runs that it may have at a time: as it says, else the most that it was seen to have. */
  readonly slots: number;
  /** Its busy times that meet [fromNs, toNs), in order. */
  busyBetween(fromNs: number, toNs: number): Iterable<BusyTime<R>>;
};

/** All runs of one consumer, over all partitions that it has. */
export function createConsumer<R extends Run>(runs: readonly R[]): Consumer<R> {
  const sorted = runs.toSorted(byStart);
  const busy = busyTimes(sorted);
  const said = sorted.findLast(({ concurrency }) => concurrency !== undefined)?.concurrency;
  return {
    slots: said ?? mostAtATime(sorted),
    *busyBetween(fromNs, toNs) {
      for (let n = firstEndingAfter(busy, fromNs); n < busy.length; n += 1) {
        const time = busy[n];
        if (!time || time.fromNs >= toNs) return;
        yield time;
      }
    },
  };
}

/** Index of the first element that ends after `atNs`, in a list sorted by time without overlaps. */
export function firstEndingAfter(times: readonly { readonly toNs: number }[], atNs: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle]?.toNs ?? Number.POSITIVE_INFINITY) > atNs) high = middle;
    else low = middle + 1;
  }
  return low;
}

function busyTimes<R extends Run>(sorted: readonly R[]): BusyTime<R>[] {
  const times: BusyTime<R>[] = [];
  let active: R[] = [];
  let atNs = Number.NEGATIVE_INFINITY;
  const advance = (toNs: number) => {
    while (active.length > 0 && atNs < toNs) {
      const nextNs = Math.min(toNs, ...active.map(({ endNs }) => endNs));
      if (nextNs > atNs) times.push({ fromNs: atNs, toNs: nextNs, active });
      atNs = Math.max(atNs, nextNs);
      active = active.filter(({ endNs }) => endNs > atNs);
    }
    atNs = Math.max(atNs, toNs);
  };
  for (const run of sorted) {
    advance(run.startNs);
    if (run.endNs > run.startNs) active = [...active, run];
  }
  advance(Number.POSITIVE_INFINITY);
  return times;
}

function mostAtATime(sorted: readonly Run[]): number {
  const ends = sorted.map(sureEndNs).sort((a, b) => a - b);
  let most = 1;
  let ended = 0;
  sorted.forEach(({ startNs }, started) => {
    while ((ends[ended] ?? Number.POSITIVE_INFINITY) <= startNs) ended += 1;
    most = Math.max(most, started + 1 - ended);
  });
  return most;
}
