import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Comparison, explainSimulation, lengthOf, type NamedSegment } from "./compare.fixture.ts";
import {
  type Distortion,
  type DistortionName,
  distorted,
  ownAttributes,
  without,
} from "./distortions.fixture.ts";
import { ms, type Simulation } from "./model.fixture.ts";
import { createRandom } from "./random.fixture.ts";
import { everyMode, type ScenarioOptions, scenarios } from "./scenarios.fixture.ts";
import { simulate } from "./simulate.fixture.ts";

const { ORACLE_SEED = "20261121", ORACLE_RUNS = "40" } = process.env;
const repeatable = { seed: Number(ORACLE_SEED), numRuns: Number(ORACLE_RUNS) };
fc.configureGlobal(repeatable);

/** A shorter wait is hardly worth a blame. */
const tellingNs = 50 * ms;

/** Without our own attributes, after the given distortions. */
function foreign(...names: readonly DistortionName[]): Distortion {
  return (spans) => without(distorted(names, createRandom(1))(spans), ...ownAttributes);
}

/** The message that most of the time of some segments is charged to, and that time. */
function mainBlocker(segments: readonly NamedSegment[]): { readonly name: string; readonly ns: number } {
  const charged = new Map<string, number>();
  for (const segment of segments) {
    for (const blocker of segment.blockers) {
      const name = blocker.replace(/!.*/, "");
      charged.set(name, (charged.get(name) ?? 0) + lengthOf(segment) / segment.blockers.length);
    }
  }
  const [[name, ns] = ["", 0]] = [...charged].sort(([, a], [, b]) => b - a);
  return { name, ns };
}

/** Whether more than half of a telling wait was for one run. */
function isMostlyOne({ truth, delivery: { run, message } }: Comparison): boolean {
  const waitedNs = run.startNs - message.availableNs;
  return waitedNs >= tellingNs && mainBlocker(truth).ns > waitedNs / 2;
}

/** Share of the waits for mostly one run for which explain blames that run most. */
function rightShare(options: Partial<ScenarioOptions>, distort: Distortion): number {
  const all = fc.sample(scenarios(options), repeatable).flatMap((scenario) => {
    const { comparisons } = explainSimulation(simulate(scenario), distort);
    return comparisons.filter(isMostlyOne);
  });
  expect(all.length).toBeGreaterThan(100);
  const right = all.filter(({ claimed, truth }) => mainBlocker(claimed).name === mainBlocker(truth).name);
  return right.length / all.length;
}

/** Each consumer handles one message at a time, as most clients do. */
const oneAtATime = { modes: ["each-message"], slots: [1] } as const;

describe("replicas with equal client ids and nothing else to tell them apart", () => {
  it("leave the main blocker right in 95 % of the waits for mostly one run", () => {
    expect(rightShare(oneAtATime, foreign("equal client ids"))).toBeGreaterThan(0.95);
    expect(rightShare(oneAtATime, foreign("equal client ids", "whole milliseconds"))).toBeGreaterThan(0.95);
  });

  it("in 95 % when each partition's batch is handled as one, in 90 % when a batch has several partitions", () => {
    const batches = { ...oneAtATime, modes: ["each-batch"] } as const;
    expect(rightShare(batches, foreign("equal client ids"))).toBeGreaterThan(0.95);
    const polls = { modes: ["each-poll"], batchSpans: ["process-below-poll", "work-below-poll"] } as const;
    expect(rightShare(polls, foreign("equal client ids"))).toBeGreaterThan(0.9);
  });

  it("in 90 % when consumers die or are evicted as well", () => {
    expect(rightShare({ ...oneAtATime, crashes: true }, foreign("equal client ids"))).toBeGreaterThan(0.9);
    expect(rightShare({ ...oneAtATime, evictions: true }, foreign("equal client ids"))).toBeGreaterThan(0.9);
  });

  it("make nothing proven", () => {
    fc.assert(
      fc.property(scenarios({ modes: everyMode, crashes: true, evictions: true }), (scenario) => {
        const { comparisons } = explainSimulation(simulate(scenario), foreign("equal client ids"));
        for (const { claimed } of comparisons) {
          expect(claimed.filter(({ proven, cause }) => proven && cause !== "transport")).toEqual([]);
        }
      }),
    );
  });
});

describe("consumers without group names are told apart", () => {
  it("when those of all topics are in one process", () => {
    const share = rightShare(oneAtATime, foreign("one process", "no group names"));
    expect(share).toBe(1);
  });

  it("when two services read one topic", () => {
    const options = { ...oneAtATime, secondGroups: true };
    expect(rightShare(options, foreign("no group names"))).toBe(1);
    expect(rightShare(options, foreign("no group names", "equal client ids"))).toBeGreaterThan(0.95);
  });
});

/** Two rounded times, and a record timestamp that was cut. */
const toleranceNs = 3 * ms;

describe("the wait of a message, where explain knows one,", () => {
  it("is right, whatever happens and whatever the spans lack", () => {
    const trouble = { rebalances: true, failures: true, crashes: true, evictions: true, secondGroups: true };
    const lacking = fc.uniqueArray(
      fc.constantFrom<DistortionName>(
        "losses of one in ten",
        "links instead of parents",
        "whole milliseconds",
        "no order ids",
        "no offsets",
        "no partitions",
        "no group names",
        "equal client ids",
      ),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(
        scenarios({ ...trouble, modes: everyMode, batchSpans: ["process-below-poll", "one-span"] }),
        lacking,
        fc.nat(),
        (scenario, names, seed) => {
          const distort = distorted(names, createRandom(seed));
          for (const { finding, delivery } of explainSimulation(simulate(scenario), distort).comparisons) {
            if (!finding.wait) continue;
            const waitedNs = delivery.run.startNs - delivery.message.availableNs;
            expect(Math.abs(finding.wait.ns - waitedNs)).toBeLessThan(toleranceNs);
          }
        },
      ),
    );
  });
});

/** Messages that more than one consumer handled, as far as spans show it. */
function handledAgain({ deliveries }: Simulation) {
  return deliveries.filter(({ message }) => message.attempts.filter((run) => !run.crashed).length > 1);
}

describe("a message that is handled again after an eviction", () => {
  it("is one message, with or without offsets, unless that is the rule", () => {
    let again = 0;
    fc.assert(
      fc.property(scenarios({ modes: ["each-message"], evictions: true, stages: 1 }), (scenario) => {
        const simulation = simulate(scenario);
        const { deliveries } = simulation;
        // From a fifth of the messages on, one producer's span is believed to stand for several messages.
        if (handledAgain(simulation).length > deliveries.length / 5) return;
        again += handledAgain(simulation).length;
        for (const names of [[], ["messaging.kafka.offset"]]) {
          const { explanation } = explainSimulation(simulation, (spans) => without(spans, ...names));
          expect(explanation.window.handled).toBe(deliveries.length);
        }
      }),
    );
    expect(again).toBeGreaterThan(10);
  });
});
