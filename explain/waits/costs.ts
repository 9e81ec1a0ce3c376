import type { Run, Segment } from "./run.ts";
import type { Piece } from "./timeline.ts";
import { sharesOf } from "./wait.ts";

/** What a run cost the messages that waited while it was under way. */
export type Cost = {
  /** Waiting time of all of them together. */
  readonly ns: number;
  readonly messages: number;
};

/** Adds to `total` what the runs of a unit's timeline cost the messages that waited in it. */
export function addCosts<R extends Run>(
  unit: { readonly pieces: readonly Piece<R>[]; readonly irregular: ReadonlySet<R> },
  waits: readonly { readonly run: R; readonly fromNs: number }[],
  segmentsOf: (run: R, fromNs: number) => Iterable<Segment<R>>,
  total: Map<R, { ns: number; messages: number }>,
): void {
  const add = (run: R, ns: number, messages: number) => {
    const entry = total.get(run) ?? { ns: 0, messages: 0 };
    entry.ns += ns;
    entry.messages += messages;
    total.set(run, entry);
  };
  const real = waits.filter(({ run, fromNs }) => fromNs < run.startNs);
  const [regular, irregular] = [false, true].map((kind) =>
    real.filter(({ run }) => unit.irregular.has(run) === kind),
  );
  for (const { run, fromNs } of irregular ?? []) {
    const others = [...segmentsOf(run, fromNs)].filter(({ cause }) => cause !== "retry");
    const charged = new Set<R>();
    for (const { blockers, fromNs: from, toNs } of others) {
      for (const [blocker, ns] of sharesOf(blockers, toNs - from)) {
        add(blocker, ns, charged.has(blocker) ? 0 : 1);
        charged.add(blocker);
      }
    }
  }
  const crowd = createCrowd(regular ?? []);
  const counted = new Map<R, number>();
  for (const { fromNs, toNs, blockers } of unit.pieces) {
    crowd.advance(fromNs);
    const gone = crowd.gone();
    const ns = crowd.advance(toNs);
    if (ns === 0) continue;
    for (const blocker of blockers) {
      // Messages go in the order in which they came, so those that have not been counted for this run are the latest ones.
      add(blocker, ns / blockers.length, crowd.came() - Math.max(gone, counted.get(blocker) ?? 0));
      counted.set(blocker, crowd.came());
    }
  }
}

/** How many messages have come to wait, and how many have gone, as time goes on. */
function createCrowd(waits: readonly { readonly run: Run; readonly fromNs: number }[]) {
  const come = waits.map(({ fromNs }) => fromNs).sort((a, b) => a - b);
  const go = waits.map(({ run }) => run.startNs).sort((a, b) => a - b);
  let came = 0;
  let gone = 0;
  let atNs = Number.NEGATIVE_INFINITY;
  return {
    came: () => came,
    gone: () => gone,
    /** Goes on to `toNs`; the waiting time of all together until then. */
    advance(toNs: number): number {
      let ns = 0;
      for (;;) {
        const comes = come[came] ?? Number.POSITIVE_INFINITY;
        const goes = go[gone] ?? Number.POSITIVE_INFINITY;
        const next = Math.min(comes, goes, toNs);
        if (came > gone) ns += (came - gone) * (next - atNs);
        atNs = next;
        if (goes <= next) gone += 1;
        else if (comes < toNs) came += 1;
        else break;
      }
      return ns;
    },
  };
}
