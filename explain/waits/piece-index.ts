import { createRangeMax } from "./range-max.ts";
import { type Cause, causes, type Run, type Segment } from "./run.ts";
import type { Piece } from "./timeline.ts";
import { idleCause, mostBlockers, summed, type Wait } from "./wait.ts";

/** Sums over a timeline's pieces from its start: entry n is for all pieces before n. */
export type PieceIndex = {
  readonly byCause: ReadonlyMap<Cause, Float64Array>;
  readonly likely: Float64Array;
  /** Runs that begin to be in the way. */
  readonly begun: Float64Array;
  readonly longest: (from: number, to: number, count: number) => number[];
};

export function indexOf<R extends Run>(pieces: readonly Piece<R>[], transportNs: number): PieceIndex {
  const byCause = new Map(causes.map((cause) => [cause, new Float64Array(pieces.length + 1)]));
  const likely = new Float64Array(pieces.length + 1);
  const begun = new Float64Array(pieces.length + 1);
  pieces.forEach((piece, n) => {
    const ns = piece.toNs - piece.fromNs;
    const cause = piece.idle ? idleCause(ns, piece, transportNs) : piece.cause;
    for (const [name, sums] of byCause) sums[n + 1] = (sums[n] ?? 0) + (name === cause ? ns : 0);
    likely[n + 1] = (likely[n] ?? 0) + (piece.proven ? 0 : ns);
    begun[n + 1] = (begun[n] ?? 0) + newIn(piece, pieces[n - 1]);
  });
  const lengths = pieces.map(({ fromNs, toNs, blockers }) => (blockers.length > 0 ? toNs - fromNs : 0));
  return { byCause, likely, begun, longest: createRangeMax(lengths) };
}

function newIn<R extends Run>({ blockers }: Piece<R>, before: Piece<R> | undefined): number {
  return blockers.filter((run) => !before?.blockers.includes(run)).length;
}

/** What `summed` would tell of the pieces in [from, to) and the clipped `ends` around them. */
export function indexed<R extends Run>(
  pieces: readonly Piece<R>[],
  { byCause, likely, begun, longest }: PieceIndex,
  { from, to }: { from: number; to: number },
  ends: readonly Segment<R>[],
): Omit<Wait<R>, "segments"> {
  const between = (sums: Float64Array | undefined) => (sums?.[to] ?? 0) - (sums?.[from] ?? 0);
  const longestPieces = longest(from, to, 2 * mostBlockers).flatMap((n) => pieces[n] ?? []);
  const atEnds = summed([...ends, ...longestPieces]);
  const outside = summed(ends);
  const sums = causes.map(
    (cause) => [cause, between(byCause.get(cause)) + (outside.byCause[cause] ?? 0)] as const,
  );
  const [first, last] = [pieces[from - 1], pieces[to]];
  return {
    ns: sums.reduce((sum, [, ns]) => sum + ns, 0),
    byCause: Object.fromEntries(sums.filter(([, ns]) => ns > 0)),
    likelyNs: between(likely) + outside.likelyNs,
    behind:
      (first?.blockers.length ?? 0) +
      between(begun) +
      (last && ends.length > 1 ? newIn(last, pieces[to - 1]) : 0),
    blockers: atEnds.blockers,
  };
}
