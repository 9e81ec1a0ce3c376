import type { Cause } from "../causes.ts";
import { createUnitBlame } from "./blame/unit-blame.ts";
import type { Blame } from "./blame-index.ts";
import { createRangeMax, firstEndingAfter, firstStartingFrom, once } from "./range-index.ts";
import { byStart, hasOverlap, lastOffsetOf, type Run, shareMessages } from "./run.ts";
import { type CauseSums, createCauseSums } from "./timeline/cause-sums.ts";
import { type Interval, segmentsOf } from "./timeline/interval.ts";
import type { Segment, Wait } from "./wait.ts";

/** Which messages of a partition are handled one after another: all, those of one key, or none. */
export type Ordering = "by-partition" | "by-key" | "none";

/**
 * Messages that are handled one after another, so that one timeline holds for all their waits: a partition, one key of a
 * partition, or a single message. When partitions are unknown, everything that one consumer handles.
 */
export type OrderedUnit<R extends Run> = {
  readonly ordering: Ordering;
  readonly intervals: readonly Interval<R>[];
  /** Explains the time from `fromNs`, when the message was available, to the start of its run. */
  wait(run: R, fromNs: number): Wait<R>;
  /** Runs that intervals name and that also saturated their consumer in other intervals. */
  namedAndSaturating(): readonly Blame<R>[];
  /** Intervals of a wait in which later offsets, or an earlier attempt of its own message, were handled. */
  outOfTurn(run: R, fromNs: number): readonly Interval<R>[];
};

/** The runs of a unit by start. */
export type UnitRuns<R extends Run> = { readonly runs: readonly R[]; readonly ordering: Ordering };

/** Groups runs into ordered units, inferred from what ran at the same time. */
export function unitRunsOf<R extends Run>(runs: readonly R[]): UnitRuns<R>[] {
  return [...Map.groupBy(runs, ({ lane }) => lane).values()].flatMap((ofLane): UnitRuns<R>[] => {
    const sorted = ofLane.toSorted(byStart);
    if (!hasOverlap(sorted)) return [{ runs: sorted, ordering: "by-partition" }];
    const byKey = [...Map.groupBy(sorted, ({ key, offset }) => key ?? offset).values()];
    return byKey.some(hasOverlap)
      ? sorted.map((run) => ({ runs: [run], ordering: "none" }))
      : byKey.map((ofKey) => ({ runs: ofKey, ordering: "by-key" }));
  });
}

/** Whether an offset was handled after a higher or equal one. `sorted` are by start. */
export function hasRepeats(sorted: readonly Run[]): boolean {
  let highest = Number.NEGATIVE_INFINITY;
  return sorted.some((run) => {
    const { offset } = run;
    if (offset === undefined) return false;
    const isRepeat = offset <= highest;
    highest = Math.max(highest, lastOffsetOf(run, offset));
    return isRepeat;
  });
}

export type UnitOptions = {
  readonly transportNs: number;
  readonly ordering: Ordering;
  /** Whether an offset of the unit was handled after a higher or equal one. */
  readonly hasRepeats: boolean;
};

export function createOrderedUnit<R extends Run>(
  intervals: readonly Interval<R>[],
  { transportNs, ordering, hasRepeats: mayBeOutOfTurn }: UnitOptions,
): OrderedUnit<R> {
  const sumsOf = createCauseSums(intervals, transportNs);
  const blame = once(() => createUnitBlame(intervals));
  const byOffset = once(() => createRangeMax(intervals.map((interval) => inLaneOffset(interval) ?? -1)));

  function outOfTurn({ offset, startNs }: R, fromNs: number): Interval<R>[] {
    if (!mayBeOutOfTurn || offset === undefined) return [];
    const [first, end] = [firstEndingAfter(intervals, fromNs), firstStartingFrom(intervals, startNs)];
    return byOffset()
      .above(first, end, offset - 1)
      .flatMap((n) => intervals[n] ?? []);
  }

  function* segments(run: R, fromNs: number): Generator<Segment<R>> {
    const notAhead = new Set(outOfTurn(run, fromNs));
    let atNs = fromNs;
    for (let n = firstEndingAfter(intervals, fromNs); n < intervals.length; n += 1) {
      const interval = intervals[n];
      if (!interval || interval.fromNs >= run.startNs) break;
      const [from, to] = [Math.max(atNs, interval.fromNs), Math.min(interval.toNs, run.startNs)];
      if (from > atNs) yield unexplained(atNs, from);
      for (const segment of segmentsOf(interval, from, to, transportNs)) {
        const corrected = notAhead.has(interval) ? outOfTurnSegment(run, segment) : segment;
        yield { ...corrected, ...(run.certain ? {} : likely) };
      }
      atNs = to;
    }
    if (atNs < run.startNs) yield unexplained(atNs, run.startNs);
  }

  return {
    ordering,
    intervals,
    outOfTurn,
    namedAndSaturating: () => blame().namedAndSaturating(),

    wait(run, fromNs) {
      const toNs = run.startNs;
      const ns = Math.max(0, toNs - fromNs);
      if (ns === 0) return noWait;
      const notAhead = outOfTurn(run, fromNs);
      const { byCause, provenNs } =
        notAhead.length === 0
          ? sumsOf(fromNs, toNs)
          : correctOutOfTurn(sumsOf(fromNs, toNs), run, fromNs, notAhead);
      const likelyNs = ns - (run.certain ? provenNs : 0) - (byCause.unexplained ?? 0);
      return new UnitWait({ blame, outOfTurn, segments }, run, fromNs, { ns, byCause, likelyNs });
    },
  };
}

const noWait: Wait<never> = { ns: 0, byCause: {}, likelyNs: 0, behind: 0, blockers: [], segments: () => [] };

/** What a wait needs of its unit to name the runs that it waited behind. */
type UnitOfWait<R extends Run> = {
  readonly blame: () => ReturnType<typeof createUnitBlame<R>>;
  readonly outOfTurn: (run: R, fromNs: number) => readonly Interval<R>[];
  readonly segments: (run: R, fromNs: number) => Iterable<Segment<R>>;
};

/** A wait that finds its blockers when they are asked for: of a hundred thousand waits, few are printed. */
class UnitWait<R extends Run> implements Wait<R> {
  readonly ns: number;
  readonly byCause: Wait<R>["byCause"];
  readonly likelyNs: number;
  readonly #unit: UnitOfWait<R>;
  readonly #run: R;
  readonly #fromNs: number;

  constructor(
    unit: UnitOfWait<R>,
    run: R,
    fromNs: number,
    { ns, byCause, likelyNs }: Pick<Wait<R>, "ns" | "byCause" | "likelyNs">,
  ) {
    this.#unit = unit;
    this.#run = run;
    this.#fromNs = fromNs;
    this.ns = ns;
    this.byCause = byCause;
    this.likelyNs = likelyNs;
  }

  get behind(): number {
    return this.#unit.blame().count(this.#fromNs, this.#run.startNs) - this.#excluded().size;
  }

  get blockers(): Wait<R>["blockers"] {
    return this.#unit.blame().worst(this.#fromNs, this.#run.startNs, this.#excluded());
  }

  segments(): Segment<R>[] {
    return [...this.#unit.segments(this.#run, this.#fromNs)];
  }

  /** Later offsets and earlier attempts of the message itself, which it did not wait behind. */
  #excluded(): ReadonlySet<R> {
    const notAhead = this.#unit.outOfTurn(this.#run, this.#fromNs);
    return new Set(notAhead.flatMap(({ reason }) => (reason.kind === "blocked" ? reason.blockers : [])));
  }
}

const likely = { proven: false };

function unexplained(fromNs: number, toNs: number): Segment<never> {
  return { fromNs, toNs, cause: "unexplained", blockers: [], proven: false };
}

/** Highest offset of the run that an interval names, if it is a run of the lane itself. */
function inLaneOffset<R extends Run>({ reason }: Interval<R>): number | undefined {
  const inLane =
    reason.kind === "blocked" && (reason.cause === "same-partition" || reason.cause === "same-key");
  const [run] = inLane ? reason.blockers : [];
  return run?.offset === undefined ? undefined : lastOffsetOf(run, run.offset);
}

/** A message does not wait for later offsets; while its own earlier attempt ran, it waited for a retry. */
function outOfTurnSegment<R extends Run>(run: R, segment: Segment<R>): Segment<R> {
  const [blocker] = segment.blockers;
  const isOwn = blocker !== undefined && shareMessages(blocker, run);
  return isOwn ? { ...segment, cause: "retry" } : unexplained(segment.fromNs, segment.toNs);
}

/** Moves the time of out-of-turn intervals to the cause that they have for this run. */
function correctOutOfTurn<R extends Run>(
  { byCause, provenNs }: CauseSums,
  run: R,
  fromNs: number,
  outOfTurn: readonly Interval<R>[],
): CauseSums {
  const sums = { ...byCause };
  let stillProvenNs = provenNs;
  const add = (cause: Cause, ns: number) => {
    sums[cause] = (sums[cause] ?? 0) + ns;
    if (sums[cause] === 0) delete sums[cause];
  };
  for (const interval of outOfTurn) {
    const { reason } = interval;
    if (reason.kind !== "blocked") continue;
    const [from, to] = [Math.max(fromNs, interval.fromNs), Math.min(run.startNs, interval.toNs)];
    const corrected = outOfTurnSegment(run, { fromNs: from, toNs: to, ...reason });
    add(reason.cause, from - to);
    add(corrected.cause, to - from);
    if (reason.proven && !corrected.proven) stillProvenNs -= to - from;
  }
  return { byCause: sums, provenNs: stillProvenNs };
}
