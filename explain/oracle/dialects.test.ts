import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { explain } from "../explain.ts";
import {
  allDetails,
  differences,
  explainSimulation,
  lengthOf,
  type NamedSegment,
  wrongBlames,
} from "./compare.fixture.ts";
import {
  inDisorder,
  inOldDialect,
  inWholeMs,
  receivesOnly,
  withClock,
  withLinks,
  without,
} from "./distortions.fixture.ts";
import { ms } from "./model.fixture.ts";
import { createRandom } from "./random.fixture.ts";
import { allModes, scenarios, trouble } from "./scenarios.fixture.ts";
import { simulate } from "./simulate.fixture.ts";
import { spansOf } from "./spans.fixture.ts";

const { ORACLE_SEED = "20261121", ORACLE_RUNS = "35" } = process.env;
fc.configureGlobal({ seed: Number(ORACLE_SEED), numRuns: Number(ORACLE_RUNS) });

describe("explain finds the same", () => {
  it("in whatever order spans arrive, and when some arrive twice", () => {
    fc.assert(
      fc.property(scenarios({ ...trouble, modes: allModes }), fc.nat(), (scenario, seed) => {
        const { spans } = spansOf(simulate(scenario));
        const shuffled = explain(inDisorder(spans, 10, createRandom(seed)), allDetails);
        const { input, window, ...rest } = explain(spans, allDetails);
        expect(shuffled).toMatchObject(rest);
      }),
    );
  });

  it("in every dialect with the same facts", () => {
    fc.assert(
      fc.property(scenarios({ ...trouble, modes: allModes }), (scenario) => {
        const { spans } = spansOf(simulate(scenario));
        const { window, input, ...plain } = explain(spans, allDetails);
        expect(explain(inOldDialect(spans), allDetails)).toMatchObject(plain);
      }),
    );
  });

  it("when the sender is a link instead of the parent", () => {
    fc.assert(
      fc.property(scenarios(), (scenario) => {
        for (const { claimed, truth } of explainSimulation(simulate(scenario), withLinks).comparisons)
          expect(differences(claimed, truth)).toEqual([]);
      }),
    );
  });
});

describe("explain claims less when attributes are missing", () => {
  it("the same causes without offsets, but only as likely", () => {
    fc.assert(
      fc.property(scenarios({ modes: ["each-message"] }), (scenario) => {
        const { comparisons } = explainSimulation(simulate(scenario), (spans) =>
          without(spans, "messaging.kafka.offset"),
        );
        for (const { claimed, truth } of comparisons) {
          expect(differences(claimed, truth)).toEqual([]);
          expect(claimed.filter(({ proven }) => proven)).toEqual([]);
        }
      }),
    );
  });

  it("at most a busy consumer without partitions", () => {
    fc.assert(
      fc.property(scenarios({ modes: ["each-message"] }), (scenario) => {
        const { comparisons } = explainSimulation(simulate(scenario), (spans) =>
          without(spans, "messaging.destination.partition.id"),
        );
        for (const { claimed } of comparisons) {
          expect(claimed.filter(({ proven }) => proven)).toEqual([]);
          expect(claimed.filter(({ cause }) => cause === "same-partition" || cause === "same-key")).toEqual(
            [],
          );
        }
      }),
    );
  });

  it("no wrong blame as proven without our own attributes", () => {
    const ours = [
      "holdup.partition.assigned_at",
      "holdup.fetched_at",
      "holdup.consumer.concurrency",
      "holdup.order.id",
    ];
    fc.assert(
      fc.property(scenarios(), (scenario) => {
        const { comparisons } = explainSimulation(simulate(scenario), (spans) => without(spans, ...ours));
        for (const one of comparisons) {
          // Then one slot looks like several slots with a fetch barrier; the blockers are still known.
          const wrong = wrongBlames(one).filter(
            ({ claimed, truth }) => String(claimed?.blockers) !== String(truth?.blockers),
          );
          expect(wrong).toEqual([]);
        }
      }),
    );
  });

  it("nothing as proven without the consumer's instance", () => {
    fc.assert(
      fc.property(scenarios({ modes: ["each-message"] }), (scenario) => {
        const { comparisons } = explainSimulation(simulate(scenario), (spans) =>
          without(spans, "messaging.client.id").map(({ resource: _, ...span }) => span),
        );
        for (const { claimed } of comparisons) expect(claimed.filter(({ proven }) => proven)).toEqual([]);
      }),
    );
  });

  it("no verdict, but the reason, when only fetches have spans", () => {
    fc.assert(
      fc.property(scenarios({ modes: ["each-message"] }), (scenario) => {
        const { orders, problems, missing } = explain(receivesOnly(spansOf(simulate(scenario)).spans));
        expect(orders).toEqual([]);
        expect(problems).toEqual([]);
        expect(missing.map(({ what }) => what)).toContain("processing time");
      }),
    );
  });
});

/** When two batches end in the same millisecond, the fetch can have waited for either. */
function isFetching(segment: NamedSegment | undefined): boolean {
  return segment?.cause === "fetch-barrier" || segment?.cause === "transport";
}

describe("clocks", () => {
  it("move the edges of segments by up to a millisecond when they count whole milliseconds", () => {
    fc.assert(
      fc.property(scenarios(), (scenario) => {
        for (const { claimed, truth } of explainSimulation(simulate(scenario), inWholeMs).comparisons) {
          const apart = differences(claimed, truth).filter(
            (difference) =>
              lengthOf(difference) > ms && !(isFetching(difference.claimed) && isFetching(difference.truth)),
          );
          expect(apart).toEqual([]);
        }
      }),
    );
  });

  it("are reported as skewed when a message was handled before it was sent, and make no time negative", () => {
    fc.assert(
      fc.property(scenarios(), fc.integer({ min: -2000, max: 2000 }), (scenario, aheadMs) => {
        const simulation = simulate(scenario);
        const service = "processing-service";
        const { explanation, comparisons } = explainSimulation(simulation, (spans) =>
          withClock(spans, service, BigInt(aheadMs) * 1_000_000n),
        );
        for (const { finding, claimed } of comparisons) {
          expect(finding.wait?.ns).toBeGreaterThanOrEqual(0);
          expect(claimed.filter(({ fromNs, toNs }) => toNs <= fromNs)).toEqual([]);
        }
        const before = simulation.deliveries.filter(
          ({ message: { stage, sentNs }, run }) => stage === 0 && run.startNs + aheadMs * ms < sentNs,
        );
        const skew = explanation.skews.find(({ consumer }) => consumer === service);
        expect(skew?.deliveries ?? 0).toBe(before.length);
        if (skew) expect(skew.atLeastNs).toBeLessThanOrEqual(-aheadMs * ms);
      }),
    );
  });
});
