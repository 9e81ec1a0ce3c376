import { minOf } from "../extremes.ts";
import { once } from "./once.ts";
import { byStart, endedBy, hasOverlap, sureEndNs } from "./overlap.ts";
import type { Run } from "./run.ts";

/** A time in which the same runs were under way on a consumer; at least one. */
export type BusyTime<R extends Run> = {
  readonly fromNs: number;
  readonly toNs: number;
  readonly active: readonly R[];
};

/** What came from one partition with one fetch; where it is not known what did, a single run. */
export type LastBatch = {
  readonly endNs: number;
  has(run: Run): boolean;
};

/**
 * How a consumer gets its messages, as far as its runs tell: `in-turn` when it fetches no batch before those of the last
 * fetch are done, `ahead` when messages of one partition ran side by side.
 */
export type Fetching = "in-turn" | "ahead" | "unknown";

/** One consumer instance over time. */
export type Consumer<R extends Run> = {
  /** Runs that it may have at a time: as it says, else the most that it was seen to have. */
  readonly slots: number;
  /** It says how many; it may have more than it was seen to have. */
  readonly saysSlots: boolean;
  readonly fetching: () => Fetching;
  /** Tells of a run whether it was of the batch that ended last before a fetch: the one that the fetch waited for. */
  lastBatchBefore(fetchedNs: number): LastBatch | undefined;
  /** Its busy times that meet [fromNs, toNs), in order. */
  busyBetween(fromNs: number, toNs: number): Iterable<BusyTime<R>>;
};

/** All runs of one consumer, over all partitions that it has. */
export function createConsumer<R extends Run>(runs: readonly R[]): Consumer<R> {
  const sorted = runs.toSorted(byStart);
  const busy = busyTimes(sorted);
  const said = sorted.findLast(({ concurrency }) => concurrency !== undefined)?.concurrency;
  const byEnd = once(() => sorted.toSorted((a, b) => a.endNs - b.endNs));
  return {
    slots: said ?? mostAtATime(sorted),
    saysSlots: said !== undefined,
    fetching: once(() => fetchingOf(sorted)),
    lastBatchBefore(fetchedNs) {
      let n = firstNot(byEnd(), (run) => endedBy(run, fetchedNs)) - 1;
      // What came with that fetch may be over within the jitter of clocks.
      while ((byEnd()[n]?.startNs ?? fetchedNs - 1) >= fetchedNs) n -= 1;
      const last = byEnd()[n];
      return last && { endNs: last.endNs, has: (run) => run === last || isSameBatch(run, last) };
    },
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
  return firstNot(times, ({ toNs }) => toNs <= atNs);
}

/** Index of the first element that does not pass, in a list that begins with all that do. */
export function firstNot<T>(list: readonly T[], passes: (element: T) => boolean): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const element = list[middle];
    if (element !== undefined && passes(element)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function busyTimes<R extends Run>(sorted: readonly R[]): BusyTime<R>[] {
  const times: BusyTime<R>[] = [];
  let active: R[] = [];
  let atNs = Number.NEGATIVE_INFINITY;
  const advance = (toNs: number) => {
    while (active.length > 0 && atNs < toNs) {
      const nextNs = Math.min(toNs, minOf(active.map(({ endNs }) => endNs)));
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

function isSameBatch(a: Run, b: Run): boolean {
  return a.fetchedNs !== undefined && a.fetchedNs === b.fetchedNs && a.lane === b.lane;
}

function fetchingOf(sorted: readonly Run[]): Fetching {
  for (const ofLane of Map.groupBy(sorted, ({ lane }) => lane).values()) {
    if (ofLane[0]?.lane !== undefined && hasOverlap(ofLane)) return "ahead";
  }
  const fetches = [...new Set(sorted.flatMap(({ fetchedNs }) => fetchedNs ?? []))].sort((a, b) => a - b);
  let begun = 0;
  let longest: Run | undefined;
  const inTurn = fetches.every((atNs) => {
    for (let run = sorted[begun]; run && run.startNs < atNs; run = sorted[++begun]) {
      if (!longest || longest.endNs < run.endNs) longest = run;
    }
    return !longest || endedBy(longest, atNs);
  });
  return inTurn ? "in-turn" : "unknown";
}
