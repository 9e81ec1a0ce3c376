import { once } from "../once.ts";
import { byStart, endedBy, hasOverlap, sureEndNs } from "../overlap.ts";
import type { Run } from "../run.ts";
import { firstNot } from "../search.ts";
import { type BusyTimes, createBusyTimes } from "./busy-times.ts";
import { createFullTimes, type FullTimes } from "./full-times.ts";

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
  readonly busy: BusyTimes<R>;
  readonly full: () => FullTimes<R>;
};

/** All runs of one consumer, over all partitions that it has. */
export function createConsumer<R extends Run>(runs: readonly R[], transportNs: number): Consumer<R> {
  const sorted = runs.toSorted(byStart);
  const said = sorted.findLast(({ concurrency }) => concurrency !== undefined)?.concurrency;
  const slots = said ?? mostAtATime(sorted);
  const busy = createBusyTimes(sorted, slots);
  const byEnd = once(() => sorted.toSorted((a, b) => a.endNs - b.endNs));
  return {
    slots,
    saysSlots: said !== undefined,
    fetching: once(() => fetchingOf(sorted)),
    lastBatchBefore(fetchedNs) {
      let n = firstNot(byEnd(), (run) => endedBy(run, fetchedNs)) - 1;
      // What came with that fetch may be over within the jitter of clocks.
      while ((byEnd()[n]?.startNs ?? fetchedNs - 1) >= fetchedNs) n -= 1;
      const last = byEnd()[n];
      return last && { endNs: last.endNs, has: (run) => run === last || isSameBatch(run, last) };
    },
    busy,
    full: once(() => createFullTimes(busy, slots, transportNs)),
  };
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
