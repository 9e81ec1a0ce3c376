import type { FullTimes } from "../consumers/full-times.ts";
import { once } from "../once.ts";
import { byStart } from "../overlap.ts";
import type { Run } from "../run.ts";
import type { Piece } from "../timeline/piece.ts";
import type { Blocked } from "../wait.ts";
import { type Blame, type BlameSource, createBlameIndex } from "./blame-index.ts";
import { createCrowdBlame } from "./crowd-blame.ts";
import { createNamedBlame } from "./named-blame.ts";

/** So many of the runs that a message waited behind are named. */
const mostBlockers = 8;
/** So many candidates are looked at more closely, where the first ones do not settle who is worst. */
const mostCandidates = 64;

/** Whom the messages of a unit waited for. */
export function createUnitBlame<R extends Run>(pieces: readonly Piece<R>[]) {
  const crowded = new Map<FullTimes<R>, Piece<R>[]>();
  for (const piece of pieces) {
    if (piece.reason.kind !== "crowded") continue;
    const { full } = piece.reason;
    const times = crowded.get(full);
    if (times) times.push(piece);
    else crowded.set(full, [piece]);
  }
  const named = createNamedBlame(pieces);
  const crowds = [...crowded].map(([full, times]) => createCrowdBlame(full, times));
  const sources = [named, ...crowds];
  const twice = once(() => namedInCrowds(named, crowds));

  return {
    /** Runs that are named in pieces, and in crowds, too. */
    twice: () => twice().all,

    /** How many runs are to blame for a part of [fromNs, toNs). */
    count(fromNs: number, toNs: number): number {
      const sum = sources.reduce((count, source) => count + source.count(fromNs, toNs), 0);
      if (crowds.length === 0 || sum === 0) return sum;
      const isIn = (source: BlameSource<R>, blame: Blame<R>) => source.share(blame, fromNs, toNs) > 0;
      const both = twice()
        .between(fromNs, toNs)
        .filter((blame) => isIn(named, blame) && crowds.some((crowd) => isIn(crowd, blame)));
      return sum - both.length;
    },

    /** Those to blame for most of [fromNs, toNs), the worst one first. */
    worst(fromNs: number, toNs: number, innocent: ReadonlySet<R>): Blocked<R>[] {
      const found: Blocked<R>[] = [];
      const enough = mostBlockers + (crowds.length > 0 ? twice().all.length : 0);
      for (const source of sources) addWorst(found, source, fromNs, toNs, innocent, enough);
      return joined(found)
        .sort((a, b) => b.ns - a.ns || byStart(a.run, b.run))
        .slice(0, mostBlockers);
    },
  };
}

/**
 * Runs that are named in a unit and are in its crowds, too: one that went on after its lane had gone to another consumer held
 * up the lane before, and what waits for its own consumer since.
 */
function namedInCrowds<R extends Run>(named: BlameSource<R>, crowds: readonly BlameSource<R>[]) {
  return createBlameIndex(
    named.index().all.flatMap(({ run, ns }): Blame<R>[] => {
      const blame = { run, fromNs: run.startNs, toNs: run.endNs, ns };
      return crowds.some((crowd) => crowd.share(blame, run.startNs, run.endNs) > 0) ? [blame] : [];
    }),
  );
}

function joined<R extends Run>(found: readonly Blocked<R>[]): Blocked<R>[] {
  const byRun = new Map<R, Blocked<R>>();
  for (const one of found) {
    const known = byRun.get(one.run);
    byRun.set(one.run, known ? { ...known, ns: known.ns + one.ns } : one);
  }
  return byRun.size === found.length ? [...found] : [...byRun.values()];
}

/** Adds the worst of one source, and perhaps others. */
function addWorst<R extends Run>(
  found: Blocked<R>[],
  source: BlameSource<R>,
  fromNs: number,
  toNs: number,
  innocent: ReadonlySet<R>,
  enough: number,
): void {
  const add = (blame: Blame<R>) => {
    const { run } = blame;
    const ns = innocent.has(run) ? 0 : Math.round(source.share(blame, fromNs, toNs));
    if (ns > 0) found.push({ run, ns, cause: source.causeOf(blame, fromNs) });
  };
  for (const blame of source.index().openAt(fromNs)) add(blame);
  let candidates = 0;
  for (const blame of source.index().greatest(fromNs, toNs)) {
    // What it is to blame for in all is the most that it can be to blame for here.
    let better = 0;
    for (const { ns } of found) better += Number(ns >= blame.ns);
    if (better >= enough || ++candidates > mostCandidates) return;
    add(blame);
  }
}
