import { firstNot, once } from "../range-index.ts";
import { byStart, earliestEndNs, endedBy, hasOverlap, type Run } from "../run.ts";
import { type BusyTimes, createBusyTimes } from "./busy-times.ts";
import { createSaturatedTimes, type SaturatedTimes } from "./saturated-times.ts";

/** The runs that came from one partition with one fetch; a single run where fetches are not known. */
type Batch = {
  readonly endNs: number;
  has(run: Run): boolean;
};

/**
 * How a consumer fetches, inferred from its runs: `in-turn` when it fetches only after it has handled everything from its last
 * fetch, `ahead` when messages of one partition ran at the same time.
 */
type Fetching = "in-turn" | "ahead" | "unknown";

/** One consumer instance over time, over all its partitions. */
export type Consumer<R extends Run> = {
  /** How many runs it can have at a time: as it reports, else the most that were seen. */
  readonly slots: number;
  /** Whether it reports `slots`; otherwise it may have more. */
  readonly reportsSlots: boolean;
  readonly fetching: () => Fetching;
  /** The batch that ended last before a fetch; the fetch may have waited for it. */
  lastBatchBefore(fetchedNs: number): Batch | undefined;
  /** Whether a run of it began after `fromNs` and before `toNs`. */
  beganBetween(fromNs: number, toNs: number): boolean;
  readonly busy: BusyTimes<R>;
  readonly saturated: () => SaturatedTimes<R>;
  /** Whether it took messages of other lanes that arrived after `fromNs`, before a run began. */
  tookOthers(run: Run, fromNs: number): boolean;
};

/** Among so many runs some arrived after the moment asked for, or the consumer is working off a backlog. */
const maxTaken = 64;

/** `runs` are all runs of the consumer. */
export function createConsumer<R extends Run>(runs: readonly R[], transportNs: number): Consumer<R> {
  const sorted = runs.toSorted(byStart);
  const reported = sorted.findLast(({ concurrency }) => concurrency !== undefined)?.concurrency;
  const slots = reported ?? mostAtATime(sorted);
  const busy = createBusyTimes(sorted, slots);
  const byEnd = once(() => sorted.toSorted((a, b) => a.endNs - b.endNs));
  return {
    slots,
    reportsSlots: reported !== undefined,
    fetching: once(() => fetchingOf(sorted)),
    lastBatchBefore(fetchedNs) {
      let n = firstNot(byEnd(), (run) => endedBy(run, fetchedNs)) - 1;
      // Runs of this same fetch can have ended within the jitter of clocks.
      while ((byEnd()[n]?.startNs ?? fetchedNs - 1) >= fetchedNs) n -= 1;
      const last = byEnd()[n];
      return last && { endNs: last.endNs, has: (run) => run === last || isSameBatch(run, last) };
    },
    beganBetween: (fromNs, toNs) =>
      (sorted[firstNot(sorted, (run) => run.startNs <= fromNs)]?.startNs ?? toNs) < toNs,
    busy,
    tookOthers({ lane, startNs }, fromNs) {
      const first = firstNot(sorted, (run) => run.startNs <= fromNs);
      for (const run of sorted.slice(first, first + maxTaken)) {
        if (run.startNs >= startNs) return false;
        if (run.lane !== lane && (run.availableNs ?? 0) > fromNs && run.endNs < startNs) return true;
      }
      return false;
    },
    saturated: once(() => createSaturatedTimes(busy, slots, transportNs)),
  };
}

function mostAtATime(sorted: readonly Run[]): number {
  const ends = sorted.map(earliestEndNs).sort((a, b) => a - b);
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
