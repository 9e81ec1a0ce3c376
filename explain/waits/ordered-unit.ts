import { createUnitBlame } from "./blame/unit-blame.ts";
import type { Blame } from "./blame-index.ts";
import { createOutOfTurn, type OutOfTurn, overtakingIn } from "./out-of-turn.ts";
import { firstEndingAfter, once } from "./range-index.ts";
import { byStart, hasOverlap, type Run } from "./run.ts";
import { createCauseSums } from "./timeline/cause-sums.ts";
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
  /** The intervals in which an offset was handled before a lower or equal one. */
  readonly overtaking: readonly Interval<R>[];
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

/** `intervals` are the timeline of these runs. */
export function createOrderedUnit<R extends Run>(
  intervals: readonly Interval<R>[],
  { runs, ordering }: UnitRuns<R>,
  transportNs: number,
): OrderedUnit<R> {
  const sumsOf = createCauseSums(intervals, transportNs);
  const blame = once(() => createUnitBlame(intervals));
  const overtaking = overtakingIn(intervals, runs);
  const outOfTurn = overtaking.length > 0 ? createOutOfTurn(overtaking) : undefined;

  function* segments(run: R, fromNs: number): Generator<Segment<R>> {
    let atNs = fromNs;
    for (let n = firstEndingAfter(intervals, fromNs); n < intervals.length; n += 1) {
      const interval = intervals[n];
      if (!interval || interval.fromNs >= run.startNs) break;
      const [from, to] = [Math.max(atNs, interval.fromNs), Math.min(interval.toNs, run.startNs)];
      if (from > atNs) yield unexplained(atNs, from);
      for (const segment of segmentsOf(interval, from, to, transportNs)) {
        const corrected = outOfTurn?.segment(run, interval, segment) ?? segment;
        yield { ...corrected, ...(run.certain ? {} : likely) };
      }
      atNs = to;
    }
    if (atNs < run.startNs) yield unexplained(atNs, run.startNs);
  }

  return {
    ordering,
    intervals,
    overtaking,
    namedAndSaturating: () => blame().namedAndSaturating(),

    wait(run, fromNs) {
      const toNs = run.startNs;
      const ns = Math.max(0, toNs - fromNs);
      if (ns === 0) return noWait;
      const sums = sumsOf(fromNs, toNs);
      const { byCause, provenNs } = outOfTurn?.correct(sums, run, fromNs) ?? sums;
      const likelyNs = ns - (run.certain ? provenNs : 0) - (byCause.unexplained ?? 0);
      return new UnitWait({ blame, outOfTurn, segments }, run, fromNs, { ns, byCause, likelyNs });
    },
  };
}

const noWait: Wait<never> = { ns: 0, byCause: {}, likelyNs: 0, behind: 0, blockers: [], segments: () => [] };

/** What a wait needs of its unit to name the runs that it waited behind. */
type UnitOfWait<R extends Run> = {
  readonly blame: () => ReturnType<typeof createUnitBlame<R>>;
  readonly outOfTurn: OutOfTurn<R> | undefined;
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
    const [blame, run, fromNs] = [this.#unit.blame(), this.#run, this.#fromNs];
    const notAhead = this.#unit.outOfTurn?.count(run, fromNs, blame.activeAt(fromNs)) ?? 0;
    return blame.count(fromNs, run.startNs) - notAhead;
  }

  get blockers(): Wait<R>["blockers"] {
    const [{ outOfTurn }, run, fromNs] = [this.#unit, this.#run, this.#fromNs];
    return this.#unit
      .blame()
      .worst(fromNs, run.startNs, (other) => outOfTurn?.names(run, fromNs, other) ?? false);
  }

  segments(): Segment<R>[] {
    return [...this.#unit.segments(this.#run, this.#fromNs)];
  }
}

const likely = { proven: false };

function unexplained(fromNs: number, toNs: number): Segment<never> {
  return { fromNs, toNs, cause: "unexplained", blockers: [], proven: false };
}
