import { type Blame, type BlameSource, createBlameIndex } from "../blame-index.ts";
import type { SaturatedTimes } from "../consumers/saturated-times.ts";
import { once } from "../range-index.ts";
import { byStart, type Run } from "../run.ts";
import type { Interval } from "../timeline/interval.ts";
import type { Blocker } from "../wait.ts";
import { createNamedBlame } from "./named-blame.ts";
import { createSaturationBlame } from "./saturation.ts";

/** Maximum number of named runs that a message waited behind. */
const maxBlockers = 8;
/** Maximum number of candidates measured when the first ones do not settle which is the worst. */
const maxCandidates = 64;

/**
 * Which runs the messages of an ordered unit waited for. Intervals name the blocking runs, or refer to a saturated consumer; a
 * wait can have both.
 */
export function createUnitBlame<R extends Run>(intervals: readonly Interval<R>[]) {
  const saturatedIn = new Map<SaturatedTimes<R>, Interval<R>[]>();
  for (const interval of intervals) {
    if (interval.reason.kind !== "saturated") continue;
    const { times } = interval.reason;
    const known = saturatedIn.get(times);
    if (known) known.push(interval);
    else saturatedIn.set(times, [interval]);
  }
  const named = createNamedBlame(intervals);
  const saturations = [...saturatedIn].map(([times, ofUnit]) => createSaturationBlame(times, ofUnit));
  const sources = [named, ...saturations];
  const inBoth = once(() => namedAndSaturating(named, saturations));

  return {
    /** Runs that intervals name and that also saturated their consumer in other intervals. */
    namedAndSaturating: () => inBoth().all,

    /** How many runs are to blame for a part of [fromNs, toNs). */
    count(fromNs: number, toNs: number): number {
      const sum = sources.reduce((count, source) => count + source.count(fromNs, toNs), 0);
      if (saturations.length === 0 || sum === 0) return sum;
      const isIn = (source: BlameSource<R>, blame: Blame<R>) => source.share(blame, fromNs, toNs) > 0;
      const countedTwice = inBoth()
        .between(fromNs, toNs)
        .filter((blame) => isIn(named, blame) && saturations.some((source) => isIn(source, blame)));
      return sum - countedTwice.length;
    },

    /** Runs that were to blame at `fromNs` by the intervals that name them. */
    activeAt: (fromNs: number) =>
      named
        .index()
        .activeAt(fromNs)
        .map(({ run }) => run),

    /** The runs that are to blame for most of [fromNs, toNs), the worst first, without those that are excluded. */
    worst(fromNs: number, toNs: number, isExcluded: (run: R) => boolean): Blocker<R>[] {
      const found: Blocker<R>[] = [];
      const enough = maxBlockers + (saturations.length > 0 ? inBoth().all.length : 0);
      for (const source of sources) addWorst(found, source, fromNs, toNs, isExcluded, enough);
      return joined(found)
        .sort((a, b) => b.ns - a.ns || byStart(a.run, b.run))
        .slice(0, maxBlockers);
    },
  };
}

/**
 * A run that continued after its lane moved to another consumer held up the lane until then, and after that only what waited
 * for its own consumer.
 */
function namedAndSaturating<R extends Run>(named: BlameSource<R>, saturations: readonly BlameSource<R>[]) {
  return createBlameIndex(
    named.index().all.flatMap(({ run, ns }): Blame<R>[] => {
      const blame = { run, fromNs: run.startNs, toNs: run.endNs, ns };
      return saturations.some((source) => source.share(blame, run.startNs, run.endNs) > 0) ? [blame] : [];
    }),
  );
}

/** Each run once. */
function joined<R extends Run>(found: readonly Blocker<R>[]): Blocker<R>[] {
  const byRun = new Map<R, Blocker<R>>();
  for (const one of found) {
    const known = byRun.get(one.run);
    byRun.set(one.run, known ? { ...known, ns: known.ns + one.ns } : one);
  }
  return byRun.size === found.length ? [...found] : [...byRun.values()];
}

/** Adds the worst runs of one source, and perhaps some others. */
function addWorst<R extends Run>(
  found: Blocker<R>[],
  source: BlameSource<R>,
  fromNs: number,
  toNs: number,
  isExcluded: (run: R) => boolean,
  enough: number,
): void {
  const add = (blame: Blame<R>) => {
    const { run } = blame;
    const ns = isExcluded(run) ? 0 : Math.round(source.share(blame, fromNs, toNs));
    if (ns > 0) found.push({ run, ns, cause: source.causeOf(blame, fromNs) });
  };
  for (const blame of source.index().activeAt(fromNs)) add(blame);
  let candidates = 0;
  for (const blame of source.index().largest(fromNs, toNs)) {
    // A run is never to blame for more here than in all, so once enough runs are worse than that, no later one can be.
    let worse = 0;
    for (const { ns } of found) worse += Number(ns >= blame.ns);
    if (worse >= enough || ++candidates > maxCandidates) return;
    add(blame);
  }
}
