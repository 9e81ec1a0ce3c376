import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { explain } from "../explain.ts";
import { type Distortion, ownAttributes, withEqualClients, without } from "./distortions.fixture.ts";
import type { BatchSpans, Scenario } from "./model.fixture.ts";
import { pipeline } from "./pipelines.fixture.ts";
import { simulate } from "./simulate.fixture.ts";
import { spansOf } from "./spans.fixture.ts";

const { ORACLE_SEED = "20261121", ORACLE_RUNS = "25" } = process.env;
fc.configureGlobal({ seed: Number(ORACLE_SEED), numRuns: Number(ORACLE_RUNS) });

const inTurn = (n: number) => n;
const explained = (scenario: Scenario) => explain(spansOf(simulate(scenario)).spans);
const inEach = (scenarios: fc.Arbitrary<Scenario>, check: (scenario: Scenario) => void) =>
  fc.assert(fc.property(scenarios, check));
const classes = (scenario: Scenario) => explained(scenario).problems.map((problem) => problem.class);
/** Without our own attributes, as in any other system, and after `distort`. */
const foreign = (scenario: Scenario, distort: Distortion = (spans) => spans) =>
  explain(without(distort(spansOf(simulate(scenario)).spans), ...ownAttributes));

describe("no problem is found", () => {
  it("when orders arrive one at a time", () => {
    fc.assert(
      fc.property(
        pipeline({
          orders: 20,
          arrivals: { gapMs: [400, 600], key: inTurn },
          workMs: [2, 40],
          stages: 3,
        }),
        fc.constantFrom(1, 2, 3),
        (scenario, slots) => {
          const stages = scenario.stages.map((stage) => ({ ...stage, slots, consumers: slots }));
          const { problems, blockers, stages: found } = explained({ ...scenario, stages });
          expect(problems).toEqual([]);
          expect(blockers).toEqual([]);
          for (const { waitByCause } of found) expect(Object.keys(waitByCause)).toEqual(["transport"]);
        },
      ),
    );
  });

  it("when some runs are long, but all other messages have consumers of their own", () => {
    fc.assert(
      fc.property(
        pipeline({
          orders: 20,
          arrivals: { gapMs: [400, 600], key: inTurn },
          workMs: [2, 40],
          long: { 3: 900, 7: 1000, 12: 950 },
          stage: { consumers: 3 },
        }),
        (scenario) => {
          const { problems, blockers } = explained(scenario);
          expect(problems).toEqual([]);
          expect(blockers).toEqual([]);
        },
      ),
    );
  });
});

describe("the class of the problem is", () => {
  it("head-of-line when one long run holds up the rest", () => {
    inEach(
      pipeline({
        orders: 30,
        arrivals: { gapMs: [40, 60], key: inTurn },
        workMs: [4, 15],
        long: { 5: 3000 },
      }),
      (scenario) => {
        expect(classes(scenario)).toEqual(["head-of-line"]);
      },
    );
  });

  it("saturation when all orders are equally slow and arrive too fast", () => {
    inEach(
      pipeline({ orders: 60, arrivals: { gapMs: [5, 15], key: inTurn }, workMs: [40, 60] }),
      (scenario) => {
        expect(classes(scenario)).toEqual(["saturation"]);
      },
    );
  });

  it("a hot partition when all orders have the same key", () => {
    inEach(
      pipeline({
        orders: 60,
        arrivals: { gapMs: [20, 30], key: () => 1 },
        workMs: [40, 60],
        stage: { consumers: 3 },
      }),
      (scenario) => {
        expect(classes(scenario)).toEqual(["hot-partition"]);
      },
    );
  });

  it("a hot partition when different keys share one and other partitions are idle", () => {
    inEach(
      pipeline({
        orders: 60,
        arrivals: { gapMs: [20, 30], key: (n) => 3 * n + (n % 12 === 0 ? 0 : 1) },
        workMs: [40, 60],
        stage: { consumers: 3 },
      }),
      (scenario) => {
        expect(classes(scenario)).toEqual(["hot-partition"]);
      },
    );
  });

  it("the fetch barrier when partitions with a slot of their own wait for another's batch", () => {
    inEach(
      pipeline({
        orders: 30,
        arrivals: { gapMs: [90, 110], key: (n) => (n === 3 ? 0 : 1 + (n % 2)) },
        workMs: [4, 15],
        long: { 3: 4000 },
        stage: { slots: 3 },
      }),
      (scenario) => {
        expect(classes(scenario)[0]).toBe("fetch-barrier");
      },
    );
  });

  it("a rebalance when a consumer dies and its partitions wait for the session to end", () => {
    inEach(
      pipeline({
        orders: 40,
        arrivals: { gapMs: [90, 110], key: inTurn },
        workMs: [4, 15],
        stage: { consumers: 3, crashes: [{ consumer: 1, atNs: 1_000_000_000 }] },
        sessionMs: 3000,
      }),
      (scenario) => {
        expect(classes(scenario)).toContain("rebalance");
      },
    );
  });

  it("retries when attempts fail and are repeated later", () => {
    inEach(
      pipeline({
        orders: 30,
        arrivals: { gapMs: [90, 110], key: inTurn },
        workMs: [4, 15],
        stage: { consumers: 3, failures: [0, 0, 0, 0, 2, 0, 0, 1, 0, 0, 3], backoffNs: 1_000_000_000 },
      }),
      (scenario) => {
        expect(classes(scenario)).toContain("retries");
      },
    );
  });
});

describe("without our own attributes, the class of the problem is", () => {
  const forms: readonly BatchSpans[] = ["process-below-poll", "work-below-poll", "one-span"];

  it.each(forms)(
    "head-of-line when the batch with one slow message holds up the rest, with %s",
    (batchSpans) => {
      const slow = {
        orders: 30,
        arrivals: { gapMs: [40, 60], key: inTurn },
        workMs: [4, 15],
        long: { 5: 3000 },
      } as const;
      // The spans of a poll's messages in several partitions look like as many batches at a time.
      const modes =
        batchSpans === "one-span" ? (["each-batch", "each-poll"] as const) : (["each-batch"] as const);
      for (const mode of modes) {
        inEach(pipeline({ ...slow, stage: { mode, batch: 5, batchSpans } }), (scenario) => {
          expect(foreign(scenario).problems.map((problem) => problem.class)).toEqual(["head-of-line"]);
        });
      }
    },
  );

  it.each(forms)("saturation when batches of equally slow orders arrive too fast, with %s", (batchSpans) => {
    inEach(
      pipeline({
        orders: 60,
        arrivals: { gapMs: [5, 15], key: inTurn },
        workMs: [40, 60],
        stage: { mode: "each-batch", batch: 3, batchSpans },
      }),
      (scenario) => {
        expect(foreign(scenario).problems.map((problem) => problem.class)).toEqual(["saturation"]);
      },
    );
  });

  it("a likely rebalance when a replica is killed and its partitions wait for the session to end", () => {
    inEach(
      pipeline({
        orders: 60,
        arrivals: { gapMs: [90, 110], key: inTurn },
        workMs: [4, 15],
        stage: { consumers: 3, crashes: [{ consumer: 1, atNs: 1_500_000_000 }] },
        sessionMs: 3000,
      }),
      (scenario) => {
        const [first, ...others] = foreign(scenario).problems;
        expect(first).toMatchObject({ class: "rebalance" });
        expect(first?.certainty).not.toBe("proven");
        // What piled up meanwhile is worked off afterwards.
        for (const { class: other } of others) expect(other).toBe("burst");
      },
    );
  });

  it("head-of-line when one long run holds up the rest of one of several replicas that look the same", () => {
    inEach(
      pipeline({
        orders: 40,
        arrivals: { gapMs: [40, 60], key: inTurn },
        workMs: [4, 15],
        long: { 5: 3000 },
        stage: { partitions: 4, consumers: 2 },
      }),
      (scenario) => {
        const { problems } = foreign(scenario, withEqualClients);
        expect(problems.map((problem) => problem.class)).toEqual(["head-of-line"]);
      },
    );
  });

  it("a burst when orders arrive in bunches for which there is time on average", () => {
    inEach(
      pipeline({
        orders: 60,
        arrivals: { gapMs: [0, 1], key: inTurn },
        workMs: [40, 60],
      }).map((scenario) => ({
        ...scenario,
        orders: scenario.orders.map(({ atNs, key }, n) => ({
          atNs: atNs + Math.floor(n / 10) * 1_500_000_000,
          key,
        })),
      })),
      (scenario) => {
        expect(foreign(scenario).problems.map((problem) => problem.class)).toEqual(["burst"]);
      },
    );
  });

  it("unexplained when the run that held up the rest left no span", () => {
    inEach(
      pipeline({
        orders: 30,
        arrivals: { gapMs: [40, 60], key: inTurn },
        workMs: [4, 15],
        long: { 5: 3000 },
      }),
      (scenario) => {
        const lost: Distortion = (spans) =>
          spans.filter(({ kind, startNs, endNs }) => kind !== "consumer" || endNs - startNs < 1_000_000_000n);
        expect(foreign(scenario, lost).problems[0]?.class).toBe("unexplained");
      },
    );
  });
});
