import type { SaturatedTimes } from "../consumers/saturated-times.ts";
import type { OrderedUnit } from "../ordered-unit.ts";
import type { Run } from "../run.ts";
import type { Waiting } from "../wait.ts";
import { refundOutOfTurn } from "./refunds.ts";
import { type Charge, createSaturationCosts, type SaturationCosts } from "./saturation.ts";

/** What a run cost the messages that waited while it was active. */
export type Cost = {
  /** Waiting time of all these messages together. */
  readonly ns: number;
  readonly messages: number;
};

/** Adds up what runs cost the messages of all units. */
export function createCosts<R extends Run>() {
  const total = new Map<R, { ns: number; messages: number }>();
  const saturations = new Map<SaturatedTimes<R>, SaturationCosts>();

  const charge: Charge<R> = (run, ns, messages) => {
    const entry = total.get(run);
    if (entry) {
      entry.ns += ns;
      entry.messages += messages;
    } else total.set(run, { ns, messages });
  };

  function saturationCosts(times: SaturatedTimes<R>): SaturationCosts {
    const known = saturations.get(times);
    if (known) return known;
    const made = createSaturationCosts(times, charge);
    saturations.set(times, made);
    return made;
  }

  /** Messages that waited through two intervals with the same active runs were counted in both: removes one count. */
  function countOnce(
    times: SaturatedTimes<R>,
    firstToNs: number,
    nextFromNs: number,
    messages: number,
  ): void {
    for (const { run } of times.blames().throughout(firstToNs, nextFromNs)) charge(run, 0, -messages);
  }

  function addInOrder({ intervals, namedAndSaturating }: OrderedUnit<R>, waits: readonly Waiting<R>[]): void {
    const queue = createQueue(waits.map(({ run, fromNs }) => ({ fromNs, toNs: run.startNs })));
    /** By run: how many messages had arrived when it was last charged. */
    const counted = new Map<R, number>();
    const before = new Map<SaturatedTimes<R>, { readonly toNs: number; readonly arrived: number }>();
    for (const { fromNs, toNs, reason } of intervals) {
      if (reason.kind === "idle") continue;
      queue.advance(fromNs);
      const left = queue.left();
      if (reason.kind === "saturated") {
        const { times } = reason;
        const costs = saturationCosts(times);
        for (const { run } of namedAndSaturating()) {
          const [arrived, { consumer, within }] = [counted.get(run) ?? 0, times];
          const [from, to] = [Math.max(fromNs, run.startNs), Math.min(toNs, run.endNs)];
          if (arrived <= left || consumer !== run.consumer || from >= to || !within(from, to)) continue;
          charge(run, 0, left - arrived);
          counted.delete(run);
        }
        const last = before.get(times);
        if (last && last.arrived > left) countOnce(times, last.toNs, fromNs, last.arrived - left);
        costs.arrive(fromNs, queue.waiting());
        queue.advance(toNs, costs);
        costs.leave(toNs, queue.waiting());
        before.set(times, { toNs, arrived: queue.arrived() });
        continue;
      }
      const ns = queue.advance(toNs);
      if (ns === 0) continue;
      for (const blocker of reason.blockers) {
        // Messages leave in the order in which they arrived, so those not yet counted for this run are the latest.
        const messages = queue.arrived() - Math.max(left, counted.get(blocker) ?? 0);
        charge(blocker, ns / reason.blockers.length, messages);
        counted.set(blocker, queue.arrived());
      }
    }
  }

  /** For messages that leave in any order. Then there are few intervals. */
  function addOneByOne({ intervals }: OrderedUnit<R>, waits: readonly Waiting<R>[]): void {
    for (const { run, fromNs } of waits) {
      const counted = new Set<R>();
      const before = new Map<SaturatedTimes<R>, number>();
      for (const interval of intervals) {
        const [from, to] = [Math.max(fromNs, interval.fromNs), Math.min(run.startNs, interval.toNs)];
        if (from >= to) continue;
        const { reason } = interval;
        if (reason.kind === "blocked") {
          for (const blocker of reason.blockers) {
            charge(blocker, (to - from) / reason.blockers.length, counted.has(blocker) ? 0 : 1);
            counted.add(blocker);
          }
        } else if (reason.kind === "saturated" && reason.times.within(from, to)) {
          saturationCosts(reason.times).arrive(from, 1);
          saturationCosts(reason.times).leave(to, 1);
          const lastToNs = before.get(reason.times);
          if (lastToNs !== undefined) countOnce(reason.times, lastToNs, from, 1);
          before.set(reason.times, to);
        }
      }
    }
  }

  return {
    /** `waits` are those of the unit's messages. */
    add(unit: OrderedUnit<R>, waits: readonly Waiting<R>[]): void {
      const real = waits.filter(({ run, fromNs }) => fromNs < run.startNs);
      if (unit.ordering === "none") addOneByOne(unit, real);
      else addInOrder(unit, real);
      if (unit.overtaking.length > 0) refundOutOfTurn(unit.overtaking, real, charge);
    },

    /** Runs without cost are left out. Call once. */
    total(): Map<R, Cost> {
      for (const costs of saturations.values()) costs.settle();
      for (const [run, { ns }] of total) if (ns < 0.5) total.delete(run);
      return total;
    },
  };
}

/** Counts how many messages wait as time advances. */
function createQueue(waits: readonly { readonly fromNs: number; readonly toNs: number }[]) {
  const arrivals = Float64Array.from(waits, ({ fromNs }) => fromNs).sort();
  const departures = Float64Array.from(waits, ({ toNs }) => toNs).sort();
  let arrived = 0;
  let left = 0;
  let atNs = Number.NEGATIVE_INFINITY;
  return {
    arrived: () => arrived,
    left: () => left,
    waiting: () => arrived - left,

    /** Advances to `toNs`; returns the total waiting time of all messages until then, ns. */
    advance(toNs: number, recordChange?: SaturationCosts): number {
      let ns = 0;
      for (;;) {
        const arrivesNs = arrivals[arrived] ?? Number.POSITIVE_INFINITY;
        const leavesNs = departures[left] ?? Number.POSITIVE_INFINITY;
        const next = Math.min(arrivesNs, leavesNs, toNs);
        if (arrived > left) ns += (arrived - left) * (next - atNs);
        atNs = next;
        if (leavesNs <= next) {
          left += 1;
          recordChange?.leave(next, 1);
        } else if (arrivesNs < toNs) {
          arrived += 1;
          recordChange?.arrive(next, 1);
        } else {
          return ns;
        }
      }
    },
  };
}
