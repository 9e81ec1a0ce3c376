import type { Blame, BlameSource } from "./blame-index.ts";
import { createCrowdBlame } from "./crowd-blame.ts";
import type { FullTimes } from "./full-times.ts";
import { createNamedBlame } from "./named-blame.ts";
import { byStart } from "./overlap.ts";
import type { Piece } from "./piece.ts";
import type { Run } from "./run.ts";
import type { Blocked } from "./wait.ts";

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
  const sources = [
    createNamedBlame(pieces),
    ...[...crowded].map(([full, times]) => createCrowdBlame(full, times)),
  ];

  return {
    /** How many runs are to blame for a part of [fromNs, toNs). */
    count: (fromNs: number, toNs: number) =>
      sources.reduce((sum, source) => sum + source.count(fromNs, toNs), 0),

    /** Those to blame for most of [fromNs, toNs), the worst one first. */
    worst(fromNs: number, toNs: number, innocent: ReadonlySet<R>): Blocked<R>[] {
      const found: Blocked<R>[] = [];
      for (const source of sources) addWorst(found, source, fromNs, toNs, innocent);
      return found.sort((a, b) => b.ns - a.ns || byStart(a.run, b.run)).slice(0, mostBlockers);
    },
  };
}

/** Adds the worst of one source, and perhaps others. */
function addWorst<R extends Run>(
  found: Blocked<R>[],
  source: BlameSource<R>,
  fromNs: number,
  toNs: number,
  innocent: ReadonlySet<R>,
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
    if (better >= mostBlockers || ++candidates > mostCandidates) return;
    add(blame);
  }
}
