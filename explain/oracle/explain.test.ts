import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { differences, lengthOf, type Told } from "./compare.fixture.ts";
import { inDisorder, withLosses } from "./distortions.fixture.ts";
import { ms } from "./model.fixture.ts";
import { createRandom } from "./random.fixture.ts";
import { allModes, scenarios, trouble } from "./scenarios.fixture.ts";
import { simulate } from "./simulate.fixture.ts";
import { epochNs } from "./spans.fixture.ts";
import { explained, nameOf, surelyWrong, surelyWrongBlame } from "./told.fixture.ts";

const { ORACLE_SEED = "20261121", ORACLE_RUNS = "40" } = process.env;
fc.configureGlobal({ seed: Number(ORACLE_SEED), numRuns: Number(ORACLE_RUNS) });

/** What a client may need between two runs: commit, request, answer. */
const overheadNs = 20 * ms;

/** How long each run held others up, as it is said or as it was: ns by name of blocker. */
function charges(cuts: readonly (readonly Told[])[]): Map<string, { ns: number; messages: number }> {
  const all = new Map<string, { ns: number; messages: number }>();
  for (const cut of cuts) {
    const charged = new Set<string>();
    for (const { cause, blockers, fromNs, toNs } of cut) {
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

describe("explain says what really happened", () => {
  it("to the nanosecond, of every delivery of a pipeline that takes batches", () => {
    fc.assert(
      fc.property(scenarios(), (scenario) => {
        const simulation = simulate(scenario);
        const { all } = explained(simulation);
        expect(all).toHaveLength(simulation.deliveries.length);
        for (const { finding, delivery, said, truth } of all) {
          expect(finding.wait?.ns).toBe(delivery.run.startNs - delivery.message.availableNs);
          expect(differences(said ?? [], truth)).toEqual([]);
        }
      }),
    );
  });

  it("and charges each run with exactly what it cost, and with exactly those that it held up", () => {
    fc.assert(
      fc.property(scenarios({ modes: ["each-message"] }), (scenario) => {
        const { explanation, written, all } = explained(simulate(scenario));
        const was = charges(all.map(({ truth }) => truth));
        const ranked = explanation.blockers.map(({ spanId, cost }) => {
          const run = written.runOf.get(spanId);
          return { name: run ? nameOf(run) : spanId, cost };
        });
        expect(ranked.map(({ name }) => name).sort()).toEqual([...was.keys()].sort());
        for (const { name, cost } of ranked) {
          expect(cost.messages).toBe(was.get(name)?.messages);
          expect(Math.abs(cost.ns - (was.get(name)?.ns ?? 0))).toBeLessThan(1);
        }
      }),
    );
  });

  it("and takes the record's time where the producer knew of its message too late", () => {
    fc.assert(
      fc.property(scenarios(), (scenario) => {
        const simulation = simulate({ ...scenario, acknowledgeNs: [10_000, 15 * ms] });
        for (const { finding, delivery } of explained(simulation).all) {
          const { run, message } = delivery;
          const recordNs = Math.floor(message.appendedNs / ms) * ms;
          const availableNs = message.availableNs <= run.startNs ? message.availableNs : recordNs;
          expect(finding.wait?.ns).toBe(run.startNs - availableNs);
        }
      }),
    );
  });

  it("with cuts that add up to the waits, whatever happened and whatever is missing", () => {
    fc.assert(
      fc.property(scenarios({ ...trouble, modes: allModes }), fc.nat(), (scenario, seed) => {
        const random = createRandom(seed);
        const { explanation } = explained(simulate(scenario), (spans) =>
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

describe("explain blames nobody who could not block", () => {
  it("be it only as likely, and whatever spans are missing", () => {
    fc.assert(
      fc.property(scenarios({ failures: true }), fc.nat(), (scenario, seed) => {
        const random = createRandom(seed);
        const { explanation, written } = explained(simulate(scenario), (spans) =>
          withLosses(spans, random.between(4, 30), random),
        );
        const originNs = Number(BigInt(Date.parse(explanation.origin)) * 1_000_000n - epochNs);
        for (const { spanId, wait, offset = 0 } of explanation.orders.flatMap((order) => order.deliveries)) {
          const mine = written.runOf.get(spanId);
          for (const { evidence, fromAtNs, toAtNs } of wait?.segments ?? []) {
            for (const blocker of evidence) {
              const run = written.runOf.get(blocker.spanId);
              expect(run?.stage).toBe(mine?.stage);
              const [first] = run?.messages ?? [];
              const isAhead =
                first?.partition === mine?.messages[0]?.partition && (first?.offset ?? 0) <= offset;
              if (!isAhead) expect(run?.consumer).toBe(mine?.consumer);
              // A back-off is blamed on the attempt before it.
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
  it("with rebalances, but for when one began", () => {
    fc.assert(
      fc.property(scenarios({ rebalances: true }), (scenario) => {
        for (const one of explained(simulate(scenario)).all) {
          const wrong = surelyWrong(one);
          const early = wrong.filter(
            (part) => part.said?.cause === "rebalance" || part.toNs - part.fromNs < ms,
          );
          expect(wrong.filter((part) => !early.includes(part))).toEqual([]);
          for (const part of early) expect(lengthOf([part])).toBeLessThan(overheadNs);
        }
      }),
    );
  });

  it("with attempts that fail", () => {
    fc.assert(
      fc.property(scenarios({ failures: true }), (scenario) => {
        for (const one of explained(simulate(scenario)).all) expect(surelyWrong(one)).toEqual([]);
      }),
    );
  });

  it("with everything that can happen", () => {
    fc.assert(
      fc.property(scenarios(trouble), (scenario) => {
        for (const one of explained(simulate(scenario)).all) {
          expect(surelyWrongBlame(one).filter((part) => lengthOf([part]) >= ms)).toEqual([]);
        }
      }),
    );
  });

  it("with spans missing", () => {
    fc.assert(
      fc.property(scenarios({ modes: ["each-message"] }), fc.nat(), (scenario, seed) => {
        const random = createRandom(seed);
        const { all } = explained(simulate(scenario), (spans) => withLosses(spans, 10, random));
        for (const one of all) {
          const wrong = surelyWrongBlame(one);
          // Of several runs that stood in the way, the one to blame may have left no span.
          const others = wrong.filter(
            ({ said, truth }) =>
              said?.blockers.every((name) => truth?.blockers.includes(name)) ||
              (said?.cause === "fetch-barrier" && truth?.cause === "fetch-barrier") ||
              (said?.cause === "fetch-barrier" && truth?.cause === "transport"),
          );
          expect(wrong.filter((part) => !others.includes(part))).toEqual([]);
        }
      }),
    );
  });
});
