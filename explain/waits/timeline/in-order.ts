import { byStart, hasOverlap, lastOffsetOf } from "../overlap.ts";
import type { Run } from "../run.ts";

/** How the messages of a partition are consumed: one after the other, those of a key one after the other, or anyhow. */
export type InOrder = "by-partition" | "by-key" | "not-at-all";

/** Runs of a unit by start. */
export type Members<R extends Run> = { readonly runs: readonly R[]; readonly inOrder: InOrder };

/** Sorts runs into what is consumed in order, as far as what ran side by side tells. */
export function membersOf<R extends Run>(runs: readonly R[]): Members<R>[] {
  return [...Map.groupBy(runs, ({ lane }) => lane).values()].flatMap((ofLane): Members<R>[] => {
    const sorted = ofLane.toSorted(byStart);
    if (!hasOverlap(sorted)) return [{ runs: sorted, inOrder: "by-partition" }];
    const byKey = [...Map.groupBy(sorted, ({ key, offset }) => key ?? offset).values()];
    return byKey.some(hasOverlap)
      ? sorted.map((run) => ({ runs: [run], inOrder: "not-at-all" }))
      : byKey.map((ofKey) => ({ runs: ofKey, inOrder: "by-key" }));
  });
}

/** Whether an offset is handled that has been passed. `sorted` are by start. */
export function hasRepeats(sorted: readonly Run[]): boolean {
  let highest = Number.NEGATIVE_INFINITY;
  return sorted.some((run) => {
    const { offset } = run;
    if (offset === undefined) return false;
    const again = offset <= highest;
    highest = Math.max(highest, lastOffsetOf(run, offset));
    return again;
  });
}
