import fc from "fast-check";
import {
  type BatchSpans,
  type Mode,
  ms,
  type Scenario,
  type SpanEnds,
  type StageSpec,
} from "./model.fixture.ts";

export type ScenarioOptions = {
  readonly modes: readonly Mode[];
  readonly stages: number;
  readonly slots: readonly number[];
  readonly orders: number;
  /** Groups rebalance. */
  readonly rebalances: boolean;
  readonly crashes: boolean;
  readonly failures: boolean;
  /** Consumers are evicted during long runs. */
  readonly evictions: boolean;
  /** Topics may have a second group. */
  readonly secondGroups: boolean;
  readonly batchSpans: readonly BatchSpans[];
  /** When spans of stages end that hand their messages to a pool. */
  readonly spanEnds: readonly SpanEnds[];
};

const defaults: ScenarioOptions = {
  modes: ["each-message", "each-batch"],
  stages: 3,
  slots: [1, 2, 3],
  orders: 40,
  rebalances: false,
  crashes: false,
  failures: false,
  evictions: false,
  secondGroups: false,
  batchSpans: ["process-below-poll"],
  spanEnds: ["with-handling"],
};

/** Random pipelines. Rebalances, crashes and failures happen only where the options ask for them. */
export function scenarios(options: Partial<ScenarioOptions> = {}): fc.Arbitrary<Scenario> {
  const all = { ...defaults, ...options };
  return fc
    .record({
      seed: fc.nat(),
      orders: fc.array(fc.record({ gapNs: gaps, key: fc.nat({ max: 7 }) }), {
        minLength: 1,
        maxLength: all.orders,
        size: "max",
      }),
      stages: fc.integer({ min: 1, max: all.stages }),
      sessionNs: fc.integer({ min: 60 * ms, max: 400 * ms }),
    })
    .chain(({ seed, orders, stages, sessionNs }) => {
      let atNs = 0;
      const sent = orders.map(({ gapNs, key }) => {
        atNs += gapNs;
        return { atNs, key };
      });
      return fc.record({
        seed: fc.constant(seed),
        orders: fc.constant(sent),
        stages: fc
          .tuple(
            fc.array(stageSpecs(all, orders.length, atNs + 500 * ms), {
              minLength: stages,
              maxLength: stages,
            }),
            all.secondGroups ? stageSpecs(all, orders.length, atNs + 500 * ms) : fc.constant(undefined),
            fc.nat({ max: stages - 1 }),
          )
          .map(([own, second, reads]) =>
            second ? [...own, { ...second, reads, partitions: own[reads]?.partitions ?? 1 }] : own,
          ),
        sessionNs: fc.constant(sessionNs),
      });
    });
}

const gaps = fc.oneof(
  { weight: 4, arbitrary: fc.nat({ max: 30 * ms }) },
  { weight: 1, arbitrary: fc.nat({ max: 300 * ms }) },
);

/** Most runs are short; a few are long and hold others up. */
const works = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 2 * ms, max: 40 * ms }) },
  { weight: 1, arbitrary: fc.integer({ min: 100 * ms, max: 900 * ms }) },
);

function stageSpecs(options: ScenarioOptions, orders: number, endNs: number): fc.Arbitrary<StageSpec> {
  const moments = fc.array(fc.nat({ max: endNs }), { maxLength: 3 });
  const crashes = fc.array(fc.record({ consumer: fc.nat({ max: 2 }), atNs: fc.nat({ max: endNs }) }), {
    maxLength: 2,
  });
  const failures = fc.array(fc.constantFrom(0, 0, 0, 0, 1, 2), { maxLength: orders });
  return fc.constantFrom(...options.modes).chain((mode) =>
    fc.record({
      mode: fc.constant(mode),
      partitions: fc.integer({ min: 1, max: 5 }),
      consumers: fc.integer({ min: 1, max: 3 }),
      slots: slotsOf(mode, options),
      batch: fc.integer({ min: 1, max: 12 }),
      workNs: fc.array(works, { minLength: orders, maxLength: orders }),
      failures: options.failures && mode === "each-message" ? failures : fc.constant([]),
      backoffNs: fc.integer({ min: 20 * ms, max: 400 * ms }),
      rebalancesNs: options.rebalances ? moments : fc.constant([]),
      crashes: options.crashes ? crashes : fc.constant([]),
      evictAfterNs: options.evictions ? fc.integer({ min: 50 * ms, max: 300 * ms }) : fc.constant(undefined),
      batchSpans: fc.constantFrom(...options.batchSpans),
      spanEnds: mode === "by-key" ? fc.constantFrom(...options.spanEnds) : fc.constant(undefined),
    }),
  );
}

function slotsOf(mode: Mode, { slots, spanEnds }: ScenarioOptions): fc.Arbitrary<number> {
  if (mode === "each-poll") return fc.constant(1);
  // A pool of one thread handles messages in order.
  if (mode === "by-key") return spanEnds.length > 1 ? fc.constantFrom(1, 2, 3) : fc.constantFrom(2, 3);
  return fc.constantFrom(...slots);
}

export const allModes = ["each-message", "each-batch", "by-key"] as const;
export const everyMode = [...allModes, "each-poll"] as const;

export const trouble = {
  modes: ["each-message", "each-batch"],
  rebalances: true,
  failures: true,
  crashes: true,
} as const satisfies Partial<ScenarioOptions>;

/** Everything that a pipeline can be and that can happen to it. */
export const everything = {
  modes: everyMode,
  rebalances: true,
  failures: true,
  crashes: true,
  evictions: true,
  secondGroups: true,
  batchSpans: ["process-below-poll", "work-below-poll", "one-span"],
  spanEnds: ["with-handling", "at-once", "at-next-poll"],
} as const satisfies Partial<ScenarioOptions>;
