import { minOf } from "../../extremes.ts";
import { createRangeMax, firstNot } from "../range-index.ts";
import type { Run } from "../run.ts";

/** The time in which a run occupied a slot of its consumer. */
export type SlotUse<R extends Run> = { readonly run: R; readonly fromNs: number; readonly toNs: number };

/** A period in which a consumer had the same active runs, at least one. */
export type BusyTime<R extends Run> = {
  readonly fromNs: number;
  readonly toNs: number;
  /** By start. */
  readonly active: readonly R[];
};

/** The active runs of a consumer over time. */
export type BusyTimes<R extends Run> = ReturnType<typeof createBusyTimes<R>>;

/** `sorted` are all runs of a consumer by start. */
export function createBusyTimes<R extends Run>(sorted: readonly R[], slots: number) {
  const slotUses = slots === 1 ? sequentialUses(sorted) : concurrentUses(sorted);
  const byEnd = createRangeMax(Float64Array.from(slotUses, ({ toNs }) => toNs));

  function activeAt(atNs: number): SlotUse<R>[] {
    const begun = firstNot(slotUses, ({ fromNs }) => fromNs <= atNs);
    const active = byEnd.above(0, begun, atNs);
    return active.sort((a, b) => a - b).flatMap((n) => slotUses[n] ?? []);
  }

  return {
    /** By start. */
    slotUses,

    /** The busy times in [fromNs, toNs), in order, cut at both ends. */
    *between(fromNs: number, toNs: number): Generator<BusyTime<R>> {
      let active = activeAt(fromNs);
      let next = firstNot(slotUses, (use) => use.fromNs <= fromNs);
      for (let atNs = fromNs; atNs < toNs; ) {
        const startsNs = slotUses[next]?.fromNs ?? toNs;
        const untilNs = Math.min(startsNs, toNs, minOf(active.map((use) => use.toNs)));
        if (active.length > 0) yield { fromNs: atNs, toNs: untilNs, active: active.map(({ run }) => run) };
        atNs = untilNs;
        active = active.filter((use) => use.toNs > atNs);
        for (let use = slotUses[next]; use && use.fromNs <= atNs; use = slotUses[++next]) active.push(use);
      }
    },
  };
}

function concurrentUses<R extends Run>(sorted: readonly R[]): SlotUse<R>[] {
  return sorted
    .filter(({ startNs, endNs }) => startNs < endNs)
    .map((run) => ({ run, fromNs: run.startNs, toNs: run.endNs }));
}

/** With one slot, any overlap is jitter: a run takes the slot when the run before has ended. */
function sequentialUses<R extends Run>(sorted: readonly R[]): SlotUse<R>[] {
  const uses: SlotUse<R>[] = [];
  let untilNs = Number.NEGATIVE_INFINITY;
  for (const run of sorted) {
    const fromNs = Math.max(run.startNs, untilNs);
    if (fromNs < run.endNs) uses.push({ run, fromNs, toNs: run.endNs });
    untilNs = Math.max(untilNs, run.endNs);
  }
  return uses;
}
