import type { FullTimes } from "../consumers/full-times.ts";
import type { Run } from "../run.ts";
import { firstNot } from "../search.ts";
import type { Piece } from "../timeline/piece.ts";
import type { Unit } from "../timeline/unit.ts";
import { createQueue } from "./queue.ts";

/** What a run cost the messages that waited while it was under way. */
export type Cost = {
  /** Waiting time of all of them together. */
  readonly ns: number;
  readonly messages: number;
};

export type Waiting<R extends Run> = { readonly run: R; readonly fromNs: number };

type Charge<R extends Run> = (run: R, ns: number, messages: number) => void;

/** Adds up what runs cost the messages of any number of units. */
export function createCosts<R extends Run>() {
  const total = new Map<R, { ns: number; messages: number }>();
  const crowds = new Map<FullTimes<R>, CrowdCosts>();

  const charge: Charge<R> = (run, ns, messages) => {
    const entry = total.get(run) ?? { ns: 0, messages: 0 };
    entry.ns += ns;
    entry.messages += messages;
    total.set(run, entry);
  };

  function crowdAt(full: FullTimes<R>): CrowdCosts {
    const known = crowds.get(full);
    if (known) return known;
    const made = createCrowdCosts(full, charge);
    crowds.set(full, made);
    return made;
  }

  /** Messages that waited through two crowded times, as the same runs went on, have been counted for both. */
  function countOnce(full: FullTimes<R>, firstUntilNs: number, nextFromNs: number, messages: number): void {
    for (const { run } of full.blames().throughout(firstUntilNs, nextFromNs)) charge(run, 0, -messages);
  }

  function addInOrder({ pieces, inTwoWays }: Unit<R>, waits: readonly Waiting<R>[]): void {
    const queue = createQueue(waits.map(({ run, fromNs }) => ({ fromNs, toNs: run.startNs })));
    const counted = new Map<R, number>();
    const crowdBefore = new Map<FullTimes<R>, { readonly toNs: number; readonly came: number }>();
    for (const piece of pieces) {
      const { fromNs, toNs, reason } = piece;
      if (reason.kind === "idle") continue;
      queue.advance(fromNs);
      const gone = queue.gone();
      if (reason.kind === "crowded") {
        const crowd = crowdAt(reason.full);
        for (const { run } of inTwoWays()) {
          const [came, { consumer, within }] = [counted.get(run) ?? 0, reason.full];
          const [from, to] = [Math.max(fromNs, run.startNs), Math.min(toNs, run.endNs)];
          if (came <= gone || consumer !== run.consumer || from >= to || !within(from, to)) continue;
          charge(run, 0, gone - came);
          counted.delete(run);
        }
        const before = crowdBefore.get(reason.full);
        if (before && before.came > gone) countOnce(reason.full, before.toNs, fromNs, before.came - gone);
        crowd.come(fromNs, queue.waiting());
        queue.advance(toNs, crowd);
        crowd.go(toNs, queue.waiting());
        crowdBefore.set(reason.full, { toNs, came: queue.came() });
        continue;
      }
      const ns = queue.advance(toNs);
      if (ns === 0) continue;
      for (const blocker of reason.blockers) {
        // Messages go in the order in which they came, so those that have not been counted for this run are the latest ones.
        const messages = queue.came() - Math.max(gone, counted.get(blocker) ?? 0);
        charge(blocker, ns / reason.blockers.length, messages);
        counted.set(blocker, queue.came());
      }
    }
  }

  /** Messages that go in any order are looked at one by one; there are few pieces then. */
  function addOneByOne({ pieces }: Unit<R>, waits: readonly Waiting<R>[]): void {
    for (const { run, fromNs } of waits) {
      const counted = new Set<R>();
      const crowdBefore = new Map<FullTimes<R>, number>();
      for (const piece of pieces) {
        const [from, to] = [Math.max(fromNs, piece.fromNs), Math.min(run.startNs, piece.toNs)];
        if (from >= to) continue;
        const { reason } = piece;
        if (reason.kind === "blamed") {
          for (const blocker of reason.blockers) {
            charge(blocker, (to - from) / reason.blockers.length, counted.has(blocker) ? 0 : 1);
            counted.add(blocker);
          }
        } else if (reason.kind === "crowded" && reason.full.within(from, to)) {
          crowdAt(reason.full).come(from, 1);
          crowdAt(reason.full).go(to, 1);
          const beforeNs = crowdBefore.get(reason.full);
          if (beforeNs !== undefined) countOnce(reason.full, beforeNs, from, 1);
          crowdBefore.set(reason.full, to);
        }
      }
    }
  }

  return {
    /** `waits` are those of the unit's messages. */
    add(unit: Unit<R>, waits: readonly Waiting<R>[]): void {
      const real = waits.filter(({ run, fromNs }) => fromNs < run.startNs);
      if (unit.inOrder === "not-at-all") addOneByOne(unit, real);
      else addInOrder(unit, real);
      for (const wait of real) takeBack(wait, unit.outOfTurn(wait.run, wait.fromNs), charge);
    },

    /** Runs that cost nothing are left out. Call once. */
    total(): Map<R, Cost> {
      for (const crowd of crowds.values()) crowd.settle();
      return new Map([...total].filter(([, { ns }]) => ns >= 0.5));
    },
  };
}

/** A message that was handled out of turn did not wait for what was under way then. */
function takeBack<R extends Run>(
  { run, fromNs }: Waiting<R>,
  pieces: readonly Piece<R>[],
  charge: Charge<R>,
): void {
  const counted = new Set<R>();
  for (const { reason, ...piece } of pieces) {
    const ns = Math.min(run.startNs, piece.toNs) - Math.max(fromNs, piece.fromNs);
    for (const blocker of reason.kind === "blamed" ? reason.blockers : []) {
      charge(blocker, -ns, counted.has(blocker) ? 0 : -1);
      counted.add(blocker);
    }
  }
}

type CrowdCosts = ReturnType<typeof createCrowdCosts>;

/** What those cost that ran while their consumer had no slot left: told who waits then, it adds up once all have been told. */
function createCrowdCosts<R extends Run>({ shareUpTo, blames }: FullTimes<R>, charge: Charge<R>) {
  const changes: { readonly atNs: number; readonly come: number; readonly gone: number }[] = [];

  return {
    come(atNs: number, messages: number): void {
      if (messages > 0) changes.push({ atNs, come: messages, gone: 0 });
    },

    go(atNs: number, messages: number): void {
      if (messages > 0) changes.push({ atNs, come: 0, gone: messages });
    },

    settle(): void {
      changes.sort((a, b) => a.atNs - b.atNs);
      const [come, gone, charged] = [1, 2, 3].map(() => new Float64Array(changes.length + 1));
      if (!come || !gone || !charged) return;
      changes.forEach((change, n) => {
        come[n + 1] = (come[n] ?? 0) + change.come;
        gone[n + 1] = (gone[n] ?? 0) + change.gone;
        const waiting = (come[n] ?? 0) - (gone[n] ?? 0);
        const sinceNs = changes[n - 1]?.atNs ?? change.atNs;
        charged[n + 1] = (charged[n] ?? 0) + waiting * (shareUpTo(change.atNs) - shareUpTo(sinceNs));
      });
      const chargedUpTo = (atNs: number) => {
        const n = firstNot(changes, (change) => change.atNs <= atNs);
        const last = changes[n - 1];
        const waiting = (come[n] ?? 0) - (gone[n] ?? 0);
        return (charged[n] ?? 0) + (last ? waiting * (shareUpTo(atNs) - shareUpTo(last.atNs)) : 0);
      };
      for (const { run, fromNs, toNs } of blames().all) {
        const cameBefore = come[firstNot(changes, ({ atNs }) => atNs < toNs)] ?? 0;
        const goneBy = gone[firstNot(changes, ({ atNs }) => atNs <= fromNs)] ?? 0;
        charge(run, chargedUpTo(toNs) - chargedUpTo(fromNs), cameBefore - goneBy);
      }
    },
  };
}
