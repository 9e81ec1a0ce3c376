import { minOf } from "../../extremes.ts";
import { createRangeMax } from "../range-max.ts";
import type { Run } from "../run.ts";
import { firstNot } from "../search.ts";

/** The time for which a run had a slot of its consumer. */
export type Hold<R extends Run> = { readonly run: R; readonly fromNs: number; readonly toNs: number };

/** A time in which the same runs were under way on a consumer; at least one. */
export type BusyTime<R extends Run> = {
  readonly fromNs: number;
  readonly toNs: number;
  /** By start. */
  readonly active: readonly R[];
};

/** What a consumer was busy with when. */
export type BusyTimes<R extends Run> = ReturnType<typeof createBusyTimes<R>>;

/** `sorted` are all runs of a consumer by start. */
export function createBusyTimes<R extends Run>(sorted: readonly R[], slots: number) {
  const holds = slots === 1 ? oneAfterTheOther(sorted) : sideBySide(sorted);
  const byEnd = createRangeMax(Float64Array.from(holds, ({ toNs }) => toNs));

  function openAt(atNs: number): Hold<R>[] {
    const begun = firstNot(holds, ({ fromNs }) => fromNs <= atNs);
    const open = byEnd.above(0, begun, atNs);
    return open.sort((a, b) => a - b).flatMap((n) => holds[n] ?? []);
  }

  return {
    /** By start. */
    holds,

    openAt,

    /** The busy times in [fromNs, toNs), in order, cut at both ends. */
    *between(fromNs: number, toNs: number): Generator<BusyTime<R>> {
      let open = openAt(fromNs);
      let next = firstNot(holds, (hold) => hold.fromNs <= fromNs);
      for (let atNs = fromNs; atNs < toNs; ) {
        const startsNs = holds[next]?.fromNs ?? toNs;
        const untilNs = Math.min(startsNs, toNs, minOf(open.map((hold) => hold.toNs)));
        if (open.length > 0) yield { fromNs: atNs, toNs: untilNs, active: open.map(({ run }) => run) };
        atNs = untilNs;
        open = open.filter((hold) => hold.toNs > atNs);
        for (let hold = holds[next]; hold && hold.fromNs <= atNs; hold = holds[++next]) open.push(hold);
      }
    },
  };
}

function sideBySide<R extends Run>(sorted: readonly R[]): Hold<R>[] {
  return sorted
    .filter(({ startNs, endNs }) => startNs < endNs)
    .map((run) => ({ run, fromNs: run.startNs, toNs: run.endNs }));
}

/** With one slot, what seems to overlap does so by the jitter of clocks only. */
function oneAfterTheOther<R extends Run>(sorted: readonly R[]): Hold<R>[] {
  const holds: Hold<R>[] = [];
  let untilNs = Number.NEGATIVE_INFINITY;
  for (const run of sorted) {
    const fromNs = Math.max(run.startNs, untilNs);
    if (fromNs < run.endNs) holds.push({ run, fromNs, toNs: run.endNs });
    untilNs = Math.max(untilNs, run.endNs);
  }
  return holds;
}
