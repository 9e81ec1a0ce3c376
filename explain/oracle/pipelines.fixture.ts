import fc from "fast-check";
import { ms, type Scenario, type StageSpec } from "./model.fixture.ts";

type Orders = { readonly gapMs: readonly [number, number]; readonly key: (n: number) => number };

const quiet: StageSpec = {
  mode: "each-message",
  partitions: 3,
  consumers: 1,
  slots: 1,
  batch: 50,
  workNs: [],
  failures: [],
  backoffNs: 100 * ms,
  rebalancesNs: [],
  crashes: [],
};

/** One stage with orders as described; gaps and handling times vary within their limits. */
export function pipeline(options: {
  readonly orders: number;
  readonly arrivals: Orders;
  readonly workMs: readonly [number, number];
  /** Handling times in ms of single orders, by number. */
  readonly long?: Readonly<Record<number, number>>;
  readonly stage?: Partial<StageSpec>;
  readonly stages?: number;
  readonly sessionMs?: number;
}): fc.Arbitrary<Scenario> {
  const { orders, arrivals, workMs, long = {}, stage = {}, stages = 1, sessionMs = 1000 } = options;
  const exactly = { minLength: orders, maxLength: orders };
  const within = ([min, max]: readonly [number, number]) => fc.integer({ min: min * ms, max: max * ms });
  return fc
    .record({
      seed: fc.nat(),
      gaps: fc.array(within(arrivals.gapMs), exactly),
      work: fc.array(fc.array(within(workMs), exactly), { minLength: stages, maxLength: stages }),
    })
    .map(({ seed, gaps, work }) => {
      let atNs = 0;
      return {
        seed,
        orders: gaps.map((gapNs, n) => {
          atNs += gapNs;
          return { atNs, key: arrivals.key(n) };
        }),
        stages: work.map((ofStage) => ({
          ...quiet,
          workNs: ofStage.map((ns, n) => (long[n] ?? 0) * ms || ns),
          ...stage,
        })),
        sessionNs: sessionMs * ms,
      };
    });
}
