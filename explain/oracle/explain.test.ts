import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { explain } from "../explain.ts";
import type { Span } from "../span.ts";
import { byMessage, type Difference, differences, lengthOf, type Told } from "./compare.fixture.ts";
import { inDisorder, inOldDialect, withLinks, withLosses } from "./distortions.fixture.ts";
import { ms, type Simulation } from "./model.fixture.ts";
import { createRandom } from "./random.fixture.ts";
import { scenarios, type Wanted } from "./scenarios.fixture.ts";
import { simulate } from "./simulate.fixture.ts";
import { spansOf, type Written } from "./spans.fixture.ts";
import { type Compared, compared, nameOf } from "./told.fixture.ts";

fc.configureGlobal({ seed: 20_261_121, numRuns: Number(process.env["RUNS"] ?? 60) });

const everything = {
  maxSegments: Number.POSITIVE_INFINITY,
  maxBlockers: Number.POSITIVE_INFINITY,
};

const allModes = ["each-message", "each-batch", "by-key"] as const;
/** What a client may need between two runs: commit, request, answer. */
const overheadNs = 20 * ms;

/** What explain says of a simulated pipeline, and what was so; `distort` changes the spans in between. */
function explained(simulation: Simulation, distort: (spans: readonly Span[]) => readonly Span[] = (s) => s) {
  const written: Written = spansOf(simulation);
  const explanation = explain(distort(written.spans), everything);
  return { explanation, written, all: compared(explanation, simulation, written) };
}

const trouble = {
  modes: ["each-message", "each-batch"],
  rebalances: true,
  failures: true,
  crashes: true,
} as const satisfies Partial<Wanted>;

/** What is said for sure, and is wrong. */
function surelyWrong({ said, truth }: Compared): Difference[] {
  return differences(said ?? [], truth).filter((part) => part.said?.proven);
}

/** A blame that is said for sure, and is wrong; whatever the attempt, since the one to blame may have left no span. */
function surelyWrongBlame({ said = [], truth }: Compared): Difference[] {
  const wrong = differences(said.map(byMessage), truth.map(byMessage));
  // Without the producer's span a wait begins at the record's time, up to a millisecond too early.
  return wrong.filter((part) => part.said?.proven && part.said.blockers.length > 0 && part.truth);
}

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
