import type { Cause } from "../../causes.ts";
import type { Run } from "../run.ts";
import { firstNot } from "../search.ts";
import type { Piece } from "../timeline/piece.ts";
import { type Blame, type BlameSource, createBlameIndex } from "./blame-index.ts";

/** A part of a unit's time for which a run shares the blame; `before` is its share of all earlier ones. */
type Part = {
  readonly fromNs: number;
  readonly toNs: number;
  readonly cause: Cause;
  readonly among: number;
  readonly beforeNs: number;
};

/** The blame of those that pieces name. */
export function createNamedBlame<R extends Run>(pieces: readonly Piece<R>[]): BlameSource<R> {
  const parts = new Map<R, Part[]>();
  for (const { fromNs, toNs, reason } of pieces) {
    if (reason.kind !== "blamed") continue;
    for (const run of reason.blockers) {
      const ofRun = parts.get(run) ?? [];
      const last = ofRun.at(-1);
      const beforeNs = last ? last.beforeNs + (last.toNs - last.fromNs) / last.among : 0;
      ofRun.push({ fromNs, toNs, cause: reason.cause, among: reason.blockers.length, beforeNs });
      parts.set(run, ofRun);
    }
  }

  function upTo(ofRun: readonly Part[], atNs: number): number {
    const part = ofRun[Math.max(0, firstNot(ofRun, ({ fromNs }) => fromNs <= atNs) - 1)];
    if (!part) return 0;
    const ns = Math.min(atNs, part.toNs) - part.fromNs;
    return part.beforeNs + Math.max(0, ns) / part.among;
  }

  const index = createBlameIndex(
    // Pieces come in order, so those come first that are blamed first.
    [...parts].map(([run, ofRun]): Blame<R> => {
      const [first, last] = [ofRun[0], ofRun.at(-1)];
      const [fromNs, toNs] = [first?.fromNs ?? 0, last?.toNs ?? 0];
      return { run, fromNs, toNs, ns: upTo(ofRun, toNs) };
    }),
  );

  const share = ({ run }: Blame<R>, fromNs: number, toNs: number) => {
    const ofRun = parts.get(run) ?? [];
    return upTo(ofRun, toNs) - upTo(ofRun, fromNs);
  };

  return {
    index: () => index,
    share,

    causeOf: ({ run }, fromNs) => parts.get(run)?.find(({ toNs }) => toNs > fromNs)?.cause ?? "unexplained",

    count(fromNs, toNs) {
      let absent = 0;
      for (const blame of index.openAt(fromNs)) if (share(blame, fromNs, toNs) === 0) absent += 1;
      return index.count(fromNs, toNs) - absent;
    },
  };
}
