import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { explain } from "../explain.ts";
import type { Span } from "../span.ts";
import { differences } from "./compare.fixture.ts";
import type { Simulation } from "./model.fixture.ts";
import { scenarios } from "./scenarios.fixture.ts";
import { simulate } from "./simulate.fixture.ts";
import { spansOf, type Written } from "./spans.fixture.ts";
import { compared } from "./told.fixture.ts";

fc.configureGlobal({ seed: 20_261_121, numRuns: Number(process.env["RUNS"] ?? 60) });

const everything = {
  maxSegments: Number.POSITIVE_INFINITY,
  maxBlockers: Number.POSITIVE_INFINITY,
};

/** What explain says of a simulated pipeline, and what was so; `distort` changes the spans in between. */
function explained(simulation: Simulation, distort: (spans: readonly Span[]) => readonly Span[] = (s) => s) {
  const written: Written = spansOf(simulation);
  const explanation = explain(distort(written.spans), everything);
  return { explanation, written, all: compared(explanation, simulation, written) };
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
});
