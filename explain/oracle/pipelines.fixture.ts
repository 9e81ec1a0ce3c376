import fc from "fast-check";
import { ms, type Scenario, type StageSpec } from "./model.fixture.ts";

type Arrivals = { readonly gapMs: readonly [number, number]; readonly key: (n: number) => number };

const oneConsumer: StageSpec = {
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

/** A pipeline whose arrival gaps and handling times vary within the given limits. */
export function pipeline(options: {
  readonly orders: number;
  readonly arrivals: Arrivals;
  readonly workMs: readonly [number, number];
  /** Handling times of single orders in ms, by number; they override `workMs`. */
  readonly long?: Readonly<Record<number, number>>;
  readonly stage?: Partial<StageSpec>;
  readonly stages?: number;
  readonly sessionMs?: number;
}): fc.Arbitrary<Scenario> {
  const { orders, arrivals, workMs, long = {}, stage = {}, stages = 1, sessionMs = 1000 } = options;
  const exactly = { minLength: orders, maxLength: orders };
  const varying = ([min, max]: readonly [number, number]) => fc.integer({ min: min * ms, max: max * ms });
  return fc
    .record({
      seed: fc.nat(),
      gaps: fc.array(varying(arrivals.gapMs), exactly),
      work: fc.array(fc.array(varying(workMs), exactly), { minLength: stages, maxLength: stages }),
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
          ...oneConsumer,
          workNs: ofStage.map((ns, n) => (long[n] ?? 0) * ms || ns),
          ...stage,
        })),
        sessionNs: sessionMs * ms,
      };
    });
}
