import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { explain } from "../explain.ts";
import { differences, lengthOf, type Told } from "./compare.fixture.ts";
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
import { everything, explained, surelyWrongBlame } from "./told.fixture.ts";

const { ORACLE_SEED = "20261121", ORACLE_RUNS = "35" } = process.env;
fc.configureGlobal({ seed: Number(ORACLE_SEED), numRuns: Number(ORACLE_RUNS) });

describe("explain says the same", () => {
  it("in whatever order the spans come, and if some come twice", () => {
    fc.assert(
      fc.property(scenarios({ ...trouble, modes: allModes }), fc.nat(), (scenario, seed) => {
        const { spans } = spansOf(simulate(scenario));
        const shuffled = explain(inDisorder(spans, 10, createRandom(seed)), everything);
        const { input, window, ...rest } = explain(spans, everything);
        expect(shuffled).toMatchObject(rest);
      }),
    );
  });

  it("in whatever dialect, as long as it carries the facts", () => {
    fc.assert(
      fc.property(scenarios({ ...trouble, modes: allModes }), (scenario) => {
        const { spans } = spansOf(simulate(scenario));
        const { window, input, ...plain } = explain(spans, everything);
        expect(explain(inOldDialect(spans), everything)).toMatchObject(plain);
      }),
    );
  });

  it("when the sender is linked and not the parent", () => {
    fc.assert(
      fc.property(scenarios(), (scenario) => {
        for (const { said, truth } of explained(simulate(scenario), withLinks).all)
          expect(differences(said ?? [], truth)).toEqual([]);
      }),
    );
  });
});

describe("explain knows less of poorer spans, and does not make it up", () => {
  it("without offsets: the same causes, as likely", () => {
    fc.assert(
      fc.property(scenarios({ modes: ["each-message"] }), (scenario) => {
        const { all } = explained(simulate(scenario), (spans) => without(spans, "messaging.kafka.offset"));
        for (const { said = [], truth } of all) {
          expect(differences(said, truth)).toEqual([]);
          expect(said.filter(({ proven }) => proven)).toEqual([]);
        }
      }),
    );
  });

  it("without partitions: a busy consumer at most", () => {
    fc.assert(
      fc.property(scenarios({ modes: ["each-message"] }), (scenario) => {
        const { all } = explained(simulate(scenario), (spans) =>
          without(spans, "messaging.destination.partition.id"),
        );
        for (const { said = [] } of all) {
          expect(said.filter(({ proven }) => proven)).toEqual([]);
          expect(said.filter(({ cause }) => cause === "same-partition" || cause === "same-key")).toEqual([]);
        }
      }),
    );
  });

  it("without our own attributes: no wrong blame that is called proven", () => {
    const ours = [
      "holdup.partition.assigned_at",
      "holdup.fetched_at",
      "holdup.consumer.concurrency",
      "holdup.order.id",
    ];
    fc.assert(
      fc.property(scenarios(), (scenario) => {
        const { all } = explained(simulate(scenario), (spans) => without(spans, ...ours));
        for (const one of all) {
          // Whether a consumer has one slot, or several and a fetch barrier, cannot be told; who is to blame can.
          const wrong = surelyWrongBlame(one).filter(
            ({ said, truth }) => String(said?.blockers) !== String(truth?.blockers),
          );
          expect(wrong).toEqual([]);
        }
      }),
    );
  });

  it("without the consumer's instance: nothing proven", () => {
    fc.assert(
      fc.property(scenarios({ modes: ["each-message"] }), (scenario) => {
        const { all } = explained(simulate(scenario), (spans) =>
          without(spans, "messaging.client.id").map(({ resource: _, ...span }) => span),
        );
        for (const { said = [] } of all) expect(said.filter(({ proven }) => proven)).toEqual([]);
      }),
    );
  });

  it("with the fetch alone: no verdict, and why", () => {
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

/** Of two batches that end in the same millisecond, either may be the one that the fetch waited for. */
function isFetching(told: Told | undefined): boolean {
  return told?.cause === "fetch-barrier" || told?.cause === "transport";
}

describe("clocks", () => {
  it("that count whole milliseconds move the edges of a cut by as much", () => {
    fc.assert(
      fc.property(scenarios(), (scenario) => {
        for (const { said = [], truth } of explained(simulate(scenario), inWholeMs).all) {
          const apart = differences(said, truth).filter(
            (part) => lengthOf([part]) > ms && !(isFetching(part.said) && isFetching(part.truth)),
          );
          expect(apart).toEqual([]);
        }
      }),
    );
  });

  it("that disagree are reported when a message was handled before it was sent, and make no time negative", () => {
    fc.assert(
      fc.property(scenarios(), fc.integer({ min: -2000, max: 2000 }), (scenario, aheadMs) => {
        const simulation = simulate(scenario);
        const service = "processing-service";
        const { explanation, all } = explained(simulation, (spans) =>
          withClock(spans, service, BigInt(aheadMs) * 1_000_000n),
        );
        for (const { finding, said = [] } of all) {
          expect(finding.wait?.ns).toBeGreaterThanOrEqual(0);
          expect(said.filter(({ fromNs, toNs }) => toNs <= fromNs)).toEqual([]);
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
