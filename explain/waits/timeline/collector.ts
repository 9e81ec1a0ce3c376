import type { Consumer } from "../consumers/consumer.ts";
import type { Run } from "../run.ts";
import { type Blocked, blocked, type Idle, type Interval, type Reason } from "./interval.ts";

/** Collects the intervals of a period, in order; neighbours with equal reasons are merged. */
export function createCollector<R extends Run>() {
  const intervals: Interval<R>[] = [];

  function add(fromNs: number, toNs: number, reason: Reason<R>): void {
    if (fromNs >= toNs) return;
    const last = intervals.at(-1);
    if (last && isSame(reason, last.reason)) intervals[intervals.length - 1] = { ...last, toNs };
    else intervals.push({ fromNs, toNs, reason });
  }

  return {
    intervals,

    /** Blames the consumer where it was saturated; the rest of the time has the reason `otherwise`. */
    addSaturated(
      consumer: Consumer<R> | undefined,
      fromNs: number,
      toNs: number,
      isCertain: boolean,
      otherwise: Idle | Blocked<R>,
    ): void {
      const times = consumer?.saturated();
      const inner = times?.within(fromNs, toNs);
      if (!consumer || !times || !inner) {
        add(fromNs, toNs, otherwise);
        return;
      }
      const saturated = {
        kind: "saturated" as const,
        times,
        provable: isProvable(consumer, isCertain),
        otherwise,
      };
      // Runs that are named need intervals of their own.
      const namesNoRun = otherwise.kind === "idle" || otherwise.blockers.length === 0;
      let atNs = fromNs;
      for (const time of namesNoRun ? [inner] : times.between(fromNs, toNs)) {
        add(atNs, time.fromNs, otherwise);
        add(time.fromNs, time.toNs, saturated);
        atNs = time.toNs;
      }
      add(atNs, toNs, otherwise);
    },

    /**
     * The same for a consumer that can have a free slot and still not start the message: `reasonFor` returns the reason for the
     * active runs.
     */
    addBusy(
      consumer: Consumer<R>,
      fromNs: number,
      toNs: number,
      isCertain: boolean,
      reasonFor: (active: readonly R[]) => Reason<R> | undefined,
      otherwise: Idle | Blocked<R>,
    ): void {
      const { slots, busy, saturated } = consumer;
      let atNs = fromNs;
      for (const time of busy.between(fromNs, toNs)) {
        add(atNs, time.fromNs, otherwise);
        const { active } = time;
        const proven = isProvable(consumer, isCertain) && active.every(({ certain }) => certain);
        const reason =
          active.length >= slots ? blocked(saturated().cause, active, proven) : reasonFor(active);
        add(time.fromNs, time.toNs, reason ?? otherwise);
        atNs = time.toNs;
      }
      add(atNs, toNs, otherwise);
    },
  };
}

/** A consumer that does not report its slots may have more than were ever seen in use. */
function isProvable<R extends Run>({ reportsSlots }: Consumer<R>, isCertain: boolean): boolean {
  return isCertain && reportsSlots;
}

function isSame<R extends Run>(a: Reason<R>, b: Reason<R>): boolean {
  if (a.kind === "idle") return b.kind === "idle";
  if (a.kind === "saturated" || b.kind !== "blocked") return false;
  const alike = a.cause === b.cause && a.proven === b.proven && a.blockers.length === b.blockers.length;
  return alike && a.blockers.every((run) => b.blockers.includes(run));
}
