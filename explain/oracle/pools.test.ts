import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { explain } from "../explain.ts";
import type { Span } from "../span.ts";
import { type DistortionName, distorted } from "./distortions.fixture.ts";
import { createRandom } from "./random.fixture.ts";
import { allModes, everything, scenarios } from "./scenarios.fixture.ts";
import { serviceOf } from "./services.fixture.ts";
import { simulate } from "./simulate.fixture.ts";
import { spansOf } from "./spans.fixture.ts";

const { ORACLE_SEED = "20261121", ORACLE_RUNS = "60" } = process.env;
fc.configureGlobal({ seed: Number(ORACLE_SEED), numRuns: Number(ORACLE_RUNS) });

/** Work that begins this long after the span of its handling is late. */
const lateNs = 2_000_000n;

/** The share of a service's handlings whose work begins late, of those that have work. */
function lateShare(spans: readonly Span[], service: string): number {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  function handlingAbove(span: Span): Span | undefined {
    const above = byId.get(span.parentSpanId ?? "");
    return !above || above.kind === "consumer" || above.kind === "producer" ? above : handlingAbove(above);
  }
  const working = new Map<Span, boolean>();
  for (const span of spans) {
    if (span.service !== service || span.kind === "consumer") continue;
    const handling = handlingAbove(span);
    if (handling?.kind !== "consumer") continue;
    const isLate = span.startNs - handling.endNs >= lateNs;
    working.set(handling, isLate || (working.get(handling) ?? false));
  }
  return [...working.values()].filter((isLate) => isLate).length / Math.max(1, working.size);
}

describe("where messages are handled in a pool and their spans end before", () => {
  const options = { modes: allModes, spanEnds: everything.spanEnds } as const;
  const names = fc.uniqueArray(
    fc.constantFrom<DistortionName>(
      "links instead of parents",
      "whole milliseconds",
      "no offsets",
      "no client ids",
    ),
  );

  it("explain claims no waits, no run times and no blame, and reports what is missing", () => {
    let late = 0;
    fc.assert(
      fc.property(scenarios(options), names, (scenario, distortions) => {
        const spans = distorted(distortions, createRandom(1))(spansOf(simulate(scenario)).spans);
        const { stages, orders, problems, missing } = explain(spans);
        scenario.stages.forEach(({ spanEnds = "with-handling" }, n) => {
          const stage = serviceOf(n);
          const lacks = missing.filter((one) => one.stage === stage && one.what === "processing time");
          if (spanEnds === "with-handling") {
            expect(lacks).toEqual([]);
            return;
          }
          // As a rule the work begins late; a few may have found a thread of the pool waiting.
          if (lateShare(spans, stage) < 0.25) return;
          late += 1;
          const ofStage = stages.find((one) => one.stage === stage);
          expect(ofStage).toMatchObject({ waitByCause: {} });
          expect([ofStage?.waitNs, ofStage?.runNs, ofStage?.utilisation]).toEqual([
            undefined,
            undefined,
            undefined,
          ]);
          const deliveries = orders.flatMap((order) => order.deliveries.filter((one) => one.stage === stage));
          expect(deliveries.filter(({ wait, cost }) => wait || cost.ns > 0)).toEqual([]);
          expect(
            problems.filter((problem) => problem.stage === stage && problem.class !== "retries"),
          ).toEqual([]);
          expect(lacks).toHaveLength(1);
        });
      }),
    );
    expect(late).toBeGreaterThan(10);
  });
});
