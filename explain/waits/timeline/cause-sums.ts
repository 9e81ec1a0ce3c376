import { type Cause, causes } from "../../causes.ts";
import { once } from "../once.ts";
import type { Run } from "../run.ts";
import { firstEndingAfter, firstStartingFrom } from "../search.ts";
import { type Piece, sumPiece } from "./piece.ts";

/** What a time was made of, ns. */
export type CauseSums = {
  /** Causes without any time are left out. */
  readonly byCause: Partial<Record<Cause, number>>;
  readonly provenNs: number;
};

/** Up to here, going through pieces one by one is cheaper than running sums over all of them. */
const fewPieces = 64;

/** Sums over any part of a unit's time. */
export function createCauseSums<R extends Run>(pieces: readonly Piece<R>[], transportNs: number) {
  const running = once(() => runningSums(pieces, transportNs));

  return (fromNs: number, toNs: number): CauseSums => {
    const byCause: Partial<Record<Cause, number>> = {};
    let [provenNs, coveredNs] = [0, 0];
    const add = (cause: Cause, ns: number, proven: number) => {
      if (ns > 0) byCause[cause] = (byCause[cause] ?? 0) + ns;
      provenNs += proven;
      coveredNs += ns;
    };
    const addPiece = (piece: Piece<R> | undefined) => {
      if (!piece) return;
      sumPiece(piece, Math.max(fromNs, piece.fromNs), Math.min(toNs, piece.toNs), transportNs, add);
    };
    const [first, end] = [firstEndingAfter(pieces, fromNs), firstStartingFrom(pieces, toNs)];
    if (end - first <= fewPieces) {
      for (let n = first; n < end; n += 1) addPiece(pieces[n]);
    } else {
      addPiece(pieces[first]);
      addPiece(pieces[end - 1]);
      const { sums, proven } = running();
      const inner = (column: Float64Array) => (column[end - 1] ?? 0) - (column[first + 1] ?? 0);
      for (const [cause, column] of sums) add(cause, inner(column), 0);
      provenNs += inner(proven);
    }
    // Nobody was known to wait then.
    add("unexplained", toNs - fromNs - coveredNs, 0);
    return { byCause, provenNs };
  };
}

/** Entry n of each column is for all pieces before n. */
function runningSums<R extends Run>(pieces: readonly Piece<R>[], transportNs: number) {
  const column = () => new Float64Array(pieces.length + 1);
  const sums = new Map(causes.map((cause) => [cause, column()]));
  const proven = column();
  pieces.forEach((piece, n) => {
    for (const ofCause of [...sums.values(), proven]) ofCause[n + 1] = ofCause[n] ?? 0;
    sumPiece(piece, piece.fromNs, piece.toNs, transportNs, (cause, ns, provenNs) => {
      const ofCause = sums.get(cause);
      if (ofCause) ofCause[n + 1] = (ofCause[n + 1] ?? 0) + ns;
      proven[n + 1] = (proven[n + 1] ?? 0) + provenNs;
    });
  });
  return { sums, proven };
}
