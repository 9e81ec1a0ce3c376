import type { Cause } from "../../causes.ts";
import type { Blame } from "../blame/blame-index.ts";
import { createUnitBlame } from "../blame/unit-blame.ts";
import { once } from "../once.ts";
import { lastOffsetOf, shareMessages } from "../overlap.ts";
import { createRangeMax } from "../range-max.ts";
import type { Run, Segment } from "../run.ts";
import { firstEndingAfter, firstStartingFrom } from "../search.ts";
import type { Wait } from "../wait.ts";
import { type CauseSums, createCauseSums } from "./cause-sums.ts";
import type { InOrder } from "./in-order.ts";
import { type Piece, segmentsOfPiece } from "./piece.ts";

/** What is consumed in order: a partition, one key of it, or a single message; where that is unknown, what one consumer does. */
export type Unit<R extends Run> = {
  readonly inOrder: InOrder;
  readonly pieces: readonly Piece<R>[];
  /** Cuts the time from `fromNs`, when the message was available, to the start of its run. */
  wait(run: R, fromNs: number): Wait<R>;
  /** Runs that held the unit up in two ways: ahead in the lane, and later as what its consumer was busy with. */
  inTwoWays(): readonly Blame<R>[];
  /** Pieces of a wait in which runs of later offsets, or earlier attempts of its own message, were under way. */
  outOfTurn(run: R, fromNs: number): readonly Piece<R>[];
};

export type UnitOptions = {
  readonly transportNs: number;
  readonly inOrder: InOrder;
  /** Whether offsets of the unit were handled that had been passed. */
  readonly hasRepeats: boolean;
};

export function createUnit<R extends Run>(
  pieces: readonly Piece<R>[],
  { transportNs, inOrder, hasRepeats }: UnitOptions,
): Unit<R> {
  const sumsOf = createCauseSums(pieces, transportNs);
  const blame = once(() => createUnitBlame(pieces));
  const byOffset = once(() => createRangeMax(pieces.map((piece) => inLaneOffset(piece) ?? -1)));

  function outOfTurn({ offset, startNs }: R, fromNs: number): Piece<R>[] {
    if (!hasRepeats || offset === undefined) return [];
    const [first, end] = [firstEndingAfter(pieces, fromNs), firstStartingFrom(pieces, startNs)];
    return byOffset()
      .above(first, end, offset - 1)
      .flatMap((n) => pieces[n] ?? []);
  }

  function* segments(run: R, fromNs: number): Generator<Segment<R>> {
    const strange = new Set(outOfTurn(run, fromNs));
    let atNs = fromNs;
    for (let n = firstEndingAfter(pieces, fromNs); n < pieces.length; n += 1) {
      const piece = pieces[n];
      if (!piece || piece.fromNs >= run.startNs) break;
      const [from, to] = [Math.max(atNs, piece.fromNs), Math.min(piece.toNs, run.startNs)];
      if (from > atNs) yield unexplained(atNs, from);
      for (const segment of segmentsOfPiece(piece, from, to, transportNs)) {
        yield { ...(strange.has(piece) ? asSeenBy(run, segment) : segment), ...(run.certain ? {} : likely) };
      }
      atNs = to;
    }
    if (atNs < run.startNs) yield unexplained(atNs, run.startNs);
  }

  return {
    inOrder,
    pieces,
    outOfTurn,
    inTwoWays: () => blame().twice(),

    wait(run, fromNs) {
      const toNs = run.startNs;
      const ns = Math.max(0, toNs - fromNs);
      if (ns === 0) return { ns, byCause: {}, likelyNs: 0, behind: 0, blockers: [], segments: () => [] };
      const strange = outOfTurn(run, fromNs);
      const sums = withStrange(sumsOf(fromNs, toNs), run, fromNs, strange);
      const innocent = new Set(
        strange.flatMap(({ reason }) => (reason.kind === "blamed" ? reason.blockers : [])),
      );
      const { worst, count } = blame();
      return {
        ns,
        byCause: sums.byCause,
        likelyNs: ns - (run.certain ? sums.provenNs : 0) - (sums.byCause.unexplained ?? 0),
        behind: count(fromNs, toNs) - innocent.size,
        blockers: worst(fromNs, toNs, innocent),
        segments: () => [...segments(run, fromNs)],
      };
    },
  };
}

const likely = { proven: false };

function unexplained(fromNs: number, toNs: number): Segment<never> {
  return { fromNs, toNs, cause: "unexplained", blockers: [], proven: false };
}

/** Highest offset of what runs in the lane itself. */
function inLaneOffset<R extends Run>({ reason }: Piece<R>): number | undefined {
  const inLane =
    reason.kind === "blamed" && (reason.cause === "same-partition" || reason.cause === "same-key");
  const [run] = inLane ? reason.blockers : [];
  return run?.offset === undefined ? undefined : lastOffsetOf(run, run.offset);
}

/** A message does not wait for later ones, and what it does wait for when its own earlier attempt runs is another try. */
function asSeenBy<R extends Run>(run: R, segment: Segment<R>): Segment<R> {
  const [blocker] = segment.blockers;
  const isOwn = blocker !== undefined && shareMessages(blocker, run);
  return isOwn ? { ...segment, cause: "retry" } : unexplained(segment.fromNs, segment.toNs);
}

function withStrange<R extends Run>(
  { byCause, provenNs }: CauseSums,
  run: R,
  fromNs: number,
  strange: readonly Piece<R>[],
): CauseSums {
  const sums = { ...byCause };
  let stillProvenNs = provenNs;
  const add = (cause: Cause, ns: number) => {
    sums[cause] = (sums[cause] ?? 0) + ns;
    if (sums[cause] === 0) delete sums[cause];
  };
  for (const piece of strange) {
    const { reason } = piece;
    if (reason.kind !== "blamed") continue;
    const [from, to] = [Math.max(fromNs, piece.fromNs), Math.min(run.startNs, piece.toNs)];
    const seen = asSeenBy(run, { fromNs: from, toNs: to, ...reason });
    add(reason.cause, from - to);
    add(seen.cause, to - from);
    if (reason.proven && !seen.proven) stillProvenNs -= to - from;
  }
  return { byCause: sums, provenNs: stillProvenNs };
}
