import { byStart } from "./overlap.ts";
import type { Cause, Run, Segment } from "./run.ts";
import type { Piece } from "./timeline.ts";

/** Time that one run cost a message, ns. */
export type Blocked<R extends Run> = { readonly run: R; readonly ns: number; readonly cause: Cause };

/** What a message waited for between `available` and `started`. */
export type Wait<R extends Run> = {
  readonly ns: number;
  /** Adds up to `ns`; causes without any time are left out. */
  readonly byCause: Readonly<Partial<Record<Cause, number>>>;
  /** Of `ns`, what is likely only. */
  readonly likelyNs: number;
  /** How many runs it waited behind. */
  readonly behind: number;
  /** Those that cost most, at most eight, the worst one first. */
  readonly blockers: readonly Blocked<R>[];
  /** The whole cut, in order and without gaps; as many as there were runs in the way. */
  segments(): Segment<R>[];
};

/** So many of the runs that a message waited behind are named. */
export const mostBlockers = 8;

export function unexplained(fromNs: number, toNs: number): Segment<never> {
  return { fromNs, toNs, cause: "unexplained", blockers: [], proven: false };
}

/** A piece of the lane's time as one message sees it. */
export function judged<R extends Run>(
  piece: Piece<R>,
  fromNs: number,
  toNs: number,
  run: R,
  irregular: boolean,
  transportNs: number,
): Segment<R> {
  const proven = piece.proven && run.certain;
  if (piece.idle)
    return { fromNs, toNs, cause: idleCause(toNs - fromNs, piece, transportNs), blockers: [], proven };
  const { cause, blockers } = piece;
  const [blocker] = blockers;
  if (irregular && blocker && blocker.lane === run.lane && (blocker.offset ?? -1) >= (run.offset ?? -1)) {
    return blocker.offset === run.offset
      ? { fromNs, toNs, cause: "retry", blockers, proven }
      : unexplained(fromNs, toNs);
  }
  return { fromNs, toNs, cause, blockers, proven };
}

export function idleCause(ns: number, { handedOver }: { handedOver: boolean }, transportNs: number): Cause {
  if (ns <= transportNs) return "transport";
  return handedOver ? "rebalance" : "unexplained";
}

type Sums = Omit<Wait<Run>, "segments">;

export function summed<R extends Run>(segments: readonly Segment<R>[]) {
  const byCause: Partial<Record<Cause, number>> = {};
  const blocked = new Map<R, { run: R; ns: number; cause: Cause }>();
  let ns = 0;
  let likelyNs = 0;
  for (const segment of segments) {
    const { cause, blockers, proven } = segment;
    const length = segment.toNs - segment.fromNs;
    ns += length;
    if (!proven) likelyNs += length;
    byCause[cause] = (byCause[cause] ?? 0) + length;
    // A message is not behind itself.
    const others = cause === "retry" ? [] : blockers;
    for (const [run, share] of sharesOf(others, length)) {
      const entry = blocked.get(run) ?? { run, ns: 0, cause };
      entry.ns += share;
      blocked.set(run, entry);
    }
  }
  const blockers = [...blocked.values()].sort(byNs).slice(0, mostBlockers);
  return { ns, byCause, likelyNs, behind: blocked.size, blockers } satisfies Sums;
}

function byNs<R extends Run>(a: Blocked<R>, b: Blocked<R>): number {
  return b.ns - a.ns || byStart(a.run, b.run);
}

/** Splits time evenly over those that share the blame; whole nanoseconds, the rest to the first. */
export function sharesOf<R extends Run>(blockers: readonly R[], ns: number): [R, number][] {
  const each = Math.floor(ns / blockers.length);
  return blockers.map((run, n) => [run, n === 0 ? ns - each * (blockers.length - 1) : each]);
}
