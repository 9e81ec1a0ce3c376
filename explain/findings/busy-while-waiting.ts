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
  type Change = {
    readonly atNs: number;
    readonly waiting: number;
    readonly busy: number;
    readonly open: number;
  };
  const changes: Change[] = [];
  const add = (fromNs: number, toNs: number, change: Omit<Change, "atNs">) => {
    if (fromNs >= toNs) return;
    changes.push({ atNs: fromNs, ...change });
    changes.push({ atNs: toNs, waiting: -change.waiting, busy: -change.busy, open: -change.open });
  };
  for (const { wait, delivery } of explained) {
    if (wait) add(delivery.run.startNs - wait.ns, delivery.run.startNs, { waiting: 1, busy: 0, open: 0 });
  }
  for (const { startNs, endNs } of runs) add(startNs, endNs, { waiting: 0, busy: 1, open: 0 });
  for (const { fromNs, toNs, slots } of memberships) add(fromNs, toNs, { waiting: 0, busy: 0, open: slots });
  changes.sort((a, b) => a.atNs - b.atNs);
  let [waiting, busy, open, sinceNs, busyNs, openNs] = [0, 0, 0, 0, 0, 0];
  for (const change of changes) {
    if (waiting > 0) {
      const slots = Math.min(open, maxSlots);
      busyNs += Math.min(busy, slots) * (change.atNs - sinceNs);
      openNs += slots * (change.atNs - sinceNs);
    }
    sinceNs = change.atNs;
    waiting += change.waiting;
    busy += change.busy;
    open += change.open;
  }
  return openNs > 0 ? busyNs / openNs : 0;
}
