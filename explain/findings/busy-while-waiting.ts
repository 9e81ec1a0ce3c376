import type { SpanRun } from "../deliveries/delivery.ts";
import type { Explained } from "./explained.ts";
import type { Membership } from "./memberships.ts";

/**
 * The share of the consumers' slots that was busy while messages of a stage waited, 0 to 1. `runs` are all runs of these
 * consumers, for other stages too; at most `maxSlots` slots count at a time.
 *
 *     waiting      ░░░░░░░░░░░░░░░
 *     slot 1    ▉▉▉▉▉▉▉▉▉▉▉▉▉▉▉▉▉▉▉
 *     slot 2    ▉▉▉▉▉▉                     busy while waiting: 60 %
 */
export function busyWhileWaitingOf(
  explained: readonly Explained[],
  runs: Iterable<SpanRun>,
  memberships: readonly Membership[],
  maxSlots: number,
): number {
  const waits = explained.flatMap(({ wait, delivery }) => (wait && wait.ns > 0 ? { wait, delivery } : []));
  const waiting = counter(
    Float64Array.from(waits, ({ wait, delivery }) => delivery.run.startNs - wait.ns),
    Float64Array.from(waits, ({ delivery }) => delivery.run.startNs),
  );
  const all = [...runs];
  const busy = counter(
    Float64Array.from(all, ({ startNs }) => startNs),
    Float64Array.from(all, ({ endNs }) => endNs),
  );
  const slots = memberships.flatMap(({ slots: count, ...period }) =>
    new Array<typeof period>(count).fill(period),
  );
  const open = counter(
    Float64Array.from(slots, ({ fromNs }) => fromNs),
    Float64Array.from(slots, ({ toNs }) => toNs),
  );
  let [busyNs, openNs] = [0, 0];
  for (let atNs = Number.NEGATIVE_INFINITY; atNs < Number.POSITIVE_INFINITY; ) {
    const nextNs = Math.min(waiting.nextNs(), busy.nextNs(), open.nextNs());
    if (waiting.count() > 0 && nextNs < Number.POSITIVE_INFINITY) {
      const usable = Math.min(open.count(), maxSlots);
      busyNs += Math.min(busy.count(), usable) * (nextNs - atNs);
      openNs += usable * (nextNs - atNs);
    }
    atNs = nextNs;
    for (const one of [waiting, busy, open]) one.advance(nextNs);
  }
  return openNs > 0 ? busyNs / openNs : 0;
}

/** Counts how many periods, given by their starts and ends, are under way as time advances. */
function counter(starts: Float64Array, ends: Float64Array) {
  starts.sort();
  ends.sort();
  let [begun, ended] = [0, 0];
  return {
    count: () => begun - ended,
    nextNs: () =>
      Math.min(starts[begun] ?? Number.POSITIVE_INFINITY, ends[ended] ?? Number.POSITIVE_INFINITY),
    advance(atNs: number): void {
      while (begun < starts.length && (starts[begun] ?? 0) <= atNs) begun += 1;
      while (ended < ends.length && (ends[ended] ?? 0) <= atNs) ended += 1;
    },
  };
}
