import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  differences,
  explainSimulation,
  lengthOf,
  type NamedSegment,
  nameOf,
  wrongBlames,
  wrongProofs,
} from "./compare.fixture.ts";
import { inDisorder, withLosses } from "./distortions.fixture.ts";
import { ms } from "./model.fixture.ts";
import { createRandom } from "./random.fixture.ts";
import { allModes, scenarios, trouble } from "./scenarios.fixture.ts";
import { simulate } from "./simulate.fixture.ts";
import { epochNs } from "./spans.fixture.ts";

const { ORACLE_SEED = "20261121", ORACLE_RUNS = "40" } = process.env;
fc.configureGlobal({ seed: Number(ORACLE_SEED), numRuns: Number(ORACLE_RUNS) });

/** Time that a client may need between two runs: commit, request, response. */
const overheadNs = 20 * ms;

/** How long each run held up others, ns by name of the blocker. */
function charges(waits: readonly (readonly NamedSegment[])[]): Map<string, { ns: number; messages: number }> {
  const all = new Map<string, { ns: number; messages: number }>();
  for (const segments of waits) {
    const charged = new Set<string>();
    for (const { cause, blockers, fromNs, toNs } of segments) {
      if (cause === "retry") continue;
      for (const name of blockers) {
        const entry = all.get(name) ?? { ns: 0, messages: 0 };
        entry.ns += (toNs - fromNs) / blockers.length;
        entry.messages += charged.has(name) ? 0 : 1;
        charged.add(name);
        all.set(name, entry);
      }
    }
  }
  return all;
}

describe("explain finds what really happened", () => {
  it("to the nanosecond, for every delivery of consumers that fetch batches", () => {
    fc.assert(
      fc.property(scenarios(), (scenario) => {
        const simulation = simulate(scenario);
        const { comparisons } = explainSimulation(simulation);
        expect(comparisons).toHaveLength(simulation.deliveries.length);
        for (const { finding, delivery, claimed, truth } of comparisons) {
          expect(finding.wait?.ns).toBe(delivery.run.startNs - delivery.message.availableNs);
          expect(differences(claimed, truth)).toEqual([]);
        }
      }),
    );
  });

  it("and charges each run with exactly the time and the messages that it held up", () => {
    fc.assert(
      fc.property(scenarios({ modes: ["each-message"] }), (scenario) => {
        const { explanation, written, comparisons } = explainSimulation(simulate(scenario));
        const trueCharges = charges(comparisons.map(({ truth }) => truth));
        const ranked = explanation.blockers.map(({ spanId, cost }) => {
          const run = written.runOf.get(spanId);
          return { name: run ? nameOf(run) : spanId, cost };
        });
        expect(ranked.map(({ name }) => name).sort()).toEqual([...trueCharges.keys()].sort());
        for (const { name, cost } of ranked) {
          expect(cost.messages).toBe(trueCharges.get(name)?.messages);
          expect(Math.abs(cost.ns - (trueCharges.get(name)?.ns ?? 0))).toBeLessThan(1);
        }
      }),
    );
  });

  it("and uses the record's timestamp where the producer was acknowledged after the run began", () => {
    fc.assert(
      fc.property(scenarios(), (scenario) => {
        const simulation = simulate({ ...scenario, acknowledgeNs: [10_000, 15 * ms] });
        for (const { finding, delivery } of explainSimulation(simulation).comparisons) {
          const { run, message } = delivery;
          const recordNs = Math.floor(message.appendedNs / ms) * ms;
          const availableNs = message.availableNs <= run.startNs ? message.availableNs : recordNs;
          expect(finding.wait?.ns).toBe(run.startNs - availableNs);
        }
      }),
    );
  });

  it("with segments that add up to the waits, whatever happens and whatever spans are missing", () => {
    fc.assert(
      fc.property(scenarios({ ...trouble, modes: allModes }), fc.nat(), (scenario, seed) => {
        const random = createRandom(seed);
        const { explanation } = explainSimulation(simulate(scenario), (spans) =>
          inDisorder(withLosses(spans, random.between(2, 20), random), 10, random),
        );
        for (const { wait, availableAtNs, startedAtNs } of explanation.orders.flatMap((o) => o.deliveries)) {
          if (!wait?.segments) continue;
          let atNs = availableAtNs;
          const byCause: Partial<Record<string, number>> = {};
          for (const { cause, fromAtNs, toAtNs } of wait.segments) {
            expect(fromAtNs).toBe(atNs);
            expect(toAtNs).toBeGreaterThan(fromAtNs);
            byCause[cause] = (byCause[cause] ?? 0) + toAtNs - fromAtNs;
            atNs = toAtNs;
          }
          expect(atNs).toBe(startedAtNs);
          expect(wait.ns).toBe(startedAtNs - (availableAtNs ?? 0));
          expect(wait.byCause).toEqual(byCause);
        }
      }),
    );
  });
});

describe("explain blames no run that could not block", () => {
  it("not even as likely, and whatever spans are missing", () => {
    fc.assert(
      fc.property(scenarios({ failures: true }), fc.nat(), (scenario, seed) => {
        const random = createRandom(seed);
        const { explanation, written } = explainSimulation(simulate(scenario), (spans) =>
          withLosses(spans, random.between(4, 30), random),
        );
        const originNs = Number(BigInt(Date.parse(explanation.origin)) * 1_000_000n - epochNs);
        for (const { spanId, wait, offset = 0 } of explanation.orders.flatMap((order) => order.deliveries)) {
          const own = written.runOf.get(spanId);
          for (const { evidence, fromAtNs, toAtNs } of wait?.segments ?? []) {
            for (const blocker of evidence) {
              const run = written.runOf.get(blocker.spanId);
              expect(run?.stage).toBe(own?.stage);
              const [first] = run?.messages ?? [];
              const isAhead =
                first?.partition === own?.messages[0]?.partition && (first?.offset ?? 0) <= offset;
              if (!isAhead) expect(run?.consumer).toBe(own?.consumer);
              // A back-off is charged to the attempt before it.
              const endNs = run?.failed ? Number.POSITIVE_INFINITY : (run?.endNs ?? 0);
              expect(run?.startNs).toBeLessThanOrEqual(fromAtNs + originNs);
              expect(endNs).toBeGreaterThanOrEqual(toAtNs + originNs);
            }
          }
        }
      }),
    );
  });
});

describe("explain calls nothing proven that is wrong", () => {
  it("with rebalances, except when one began", () => {
    fc.assert(
      fc.property(scenarios({ rebalances: true }), (scenario) => {
        for (const one of explainSimulation(simulate(scenario)).comparisons) {
          const wrong = wrongProofs(one);
          const early = wrong.filter(
            (difference) => difference.claimed?.cause === "rebalance" || lengthOf(difference) < ms,
          );
          expect(wrong.filter((difference) => !early.includes(difference))).toEqual([]);
          for (const difference of early) expect(lengthOf(difference)).toBeLessThan(overheadNs);
        }
      }),
    );
  });

  it("with failed attempts", () => {
    fc.assert(
      fc.property(scenarios({ failures: true }), (scenario) => {
        for (const one of explainSimulation(simulate(scenario)).comparisons)
          expect(wrongProofs(one)).toEqual([]);
      }),
    );
  });

  it("with rebalances, failures and crashes together", () => {
    fc.assert(
      fc.property(scenarios(trouble), (scenario) => {
        for (const one of explainSimulation(simulate(scenario)).comparisons) {
          expect(wrongBlames(one).filter((difference) => lengthOf(difference) >= ms)).toEqual([]);
        }
      }),
    );
  });

  it("with missing spans", () => {
    fc.assert(
      fc.property(scenarios({ modes: ["each-message"] }), fc.nat(), (scenario, seed) => {
        const random = createRandom(seed);
        const { comparisons } = explainSimulation(simulate(scenario), (spans) =>
          withLosses(spans, 10, random),
        );
        for (const one of comparisons) {
          const wrong = wrongBlames(one);
          // With several blocking runs, the true blocker may have left no span.
          const others = wrong.filter(
            ({ claimed, truth }) =>
              claimed?.blockers.every((name) => truth?.blockers.includes(name)) ||
              (claimed?.cause === "fetch-barrier" && truth?.cause === "fetch-barrier") ||
              (claimed?.cause === "fetch-barrier" && truth?.cause === "transport"),
          );
          expect(wrong.filter((difference) => !others.includes(difference))).toEqual([]);
        }
      }),
    );
  });
});
