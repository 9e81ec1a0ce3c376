import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { explain } from "../explain.ts";
import { differences, explainSimulation, type NamedSegment } from "./compare.fixture.ts";
import { withLinks, without } from "./distortions.fixture.ts";
import type { BatchSpans, Simulation } from "./model.fixture.ts";
import { everything, type ScenarioOptions, scenarios } from "./scenarios.fixture.ts";
import { simulate } from "./simulate.fixture.ts";
import { spansOf } from "./spans.fixture.ts";

const { ORACLE_SEED = "20261121", ORACLE_RUNS = "40" } = process.env;
fc.configureGlobal({ seed: Number(ORACLE_SEED), numRuns: Number(ORACLE_RUNS) });

const batchModes = { modes: ["each-batch", "each-poll"], batchSpans: everything.batchSpans } as const;

function inEach(options: Partial<ScenarioOptions>, check: (simulation: Simulation) => void): void {
  fc.assert(fc.property(scenarios(options), (scenario) => check(simulate(scenario))));
}

/** Batches of several partitions are in no lane, so they keep their consumer busy instead of being ahead. */
function byBlockers(segments: readonly NamedSegment[]): NamedSegment[] {
  return segments.map((segment) =>
    segment.blockers.length === 0 ? segment : { ...segment, cause: "same-consumer" },
  );
}

describe("the spans of a batch", () => {
  it("show the true blockers of every wait to the nanosecond, in each form for the batch of a partition", () => {
    inEach({ ...batchModes, modes: ["each-batch"] }, (simulation) => {
      const { comparisons } = explainSimulation(simulation);
      expect(comparisons).toHaveLength(simulation.deliveries.length);
      for (const { claimed, truth } of comparisons) expect(differences(claimed, truth)).toEqual([]);
    });
  });

  it("show them also for a batch of several partitions, if one span or the slots show that it is one", () => {
    inEach({ ...batchModes, modes: ["each-poll"] }, (simulation) => {
      const { comparisons } = explainSimulation(simulation);
      expect(comparisons).toHaveLength(simulation.deliveries.length);
      for (const { claimed, truth } of comparisons) {
        expect(differences(byBlockers(claimed), byBlockers(truth))).toEqual([]);
      }
    });
  });

  it("make each message one delivery, of as many messages as the batch had", () => {
    inEach({ ...batchModes, modes: ["each-batch"] }, (simulation) => {
      const { comparisons, explanation } = explainSimulation(simulation);
      expect(explanation.window.handled).toBe(simulation.deliveries.length);
      for (const { finding, delivery } of comparisons) {
        expect(finding.messages).toBe(delivery.run.messages.length);
      }
    });
  });
});

/** Whether explain reports that it does not know to which message a send belongs. */
const unknownSends = "What a batch sends does not show to which of its messages it belongs";

/** Orders that explain found, each as the orders to which its deliveries really belong. */
function ordersFound(simulation: Simulation, isLinked: boolean) {
  const { explanation, comparisons } = explainSimulation(simulation, (spans) => {
    const unnamed = without(spans, "holdup.order.id");
    return isLinked ? withLinks(unnamed) : unnamed;
  });
  const orderOf = new Map(comparisons.map(({ finding, delivery }) => [finding, delivery.message.order]));
  return {
    orders: explanation.orders.map((order) => [...new Set(order.deliveries.map((one) => orderOf.get(one)))]),
    isReported: explanation.gaps.some(({ what }) => what.startsWith(unknownSends)),
  };
}

describe("what a batch sends belongs to the message that it came from", () => {
  const ofBatches = (batchSpans: BatchSpans) => ({
    ...batchModes,
    batchSpans: [batchSpans],
    evictions: true,
  });

  it.each(["process-below-poll", "one-span"] as const)("without order ids, with %s", (batchSpans) => {
    fc.assert(
      fc.property(scenarios(ofBatches(batchSpans)), fc.boolean(), (scenario, isLinked) => {
        const { orders, isReported } = ordersFound(simulate(scenario), isLinked);
        expect(orders.map(([order]) => order).sort()).toEqual(scenario.orders.map((_, n) => n).sort());
        for (const order of orders) expect(order).toHaveLength(1);
        expect(isReported).toBe(false);
      }),
    );
  });

  it("also when it is sent below the poll, or it is reported that nothing shows it", () => {
    let found = 0;
    inEach(ofBatches("work-below-poll"), (simulation) => {
      const { orders, isReported } = ordersFound(simulation, false);
      if (isReported) return;
      for (const order of orders) expect(order).toHaveLength(1);
      found += simulation.scenario.stages.length > 1 ? 1 : 0;
    });
    expect(found).toBeGreaterThan(5);
  });
});

describe("a batch that held up others", () => {
  it("is one blocker, not one for each of its messages", () => {
    inEach({ ...batchModes, modes: ["each-batch"], stages: 1 }, (simulation) => {
      const { runOf, spans } = spansOf(simulation);
      const { blockers } = explain(spans, { maxBlockers: Number.POSITIVE_INFINITY });
      const runs = blockers.map(({ spanId }) => runOf.get(spanId));
      expect(new Set(runs).size).toBe(runs.length);
    });
  });
});
