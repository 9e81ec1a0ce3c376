import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { z } from "zod";
import { handled } from "./deliveries/spans.fixture.ts";
import { type ExplainOptions, explain } from "./explain.ts";
import { withLosses } from "./oracle/distortions.fixture.ts";
import { createRandom } from "./oracle/random.fixture.ts";
import { allModes, scenarios, trouble } from "./oracle/scenarios.fixture.ts";
import { simulate } from "./oracle/simulate.fixture.ts";
import { spansOf } from "./oracle/spans.fixture.ts";
import { explanationSchema } from "./print-schema.ts";
import type { Span } from "./span.ts";

const path = join(import.meta.dirname, "../docs/explain.schema.json");
const committed = JSON.parse(readFileSync(path, "utf8"));

/** How the printed JSON violates the schema; undefined when it does not. */
function violations(spans: readonly Span[], options?: ExplainOptions): unknown {
  const printed: unknown = JSON.parse(JSON.stringify(explain(spans, options)));
  return z.fromJSONSchema(committed).safeParse(printed).error?.issues;
}

it("docs/explain.schema.json is what `npm run -s print:schema` prints", () => {
  expect(committed).toEqual(explanationSchema());
});

it("the schema accepts explanations of all scenarios, even with missing spans", () => {
  fc.assert(
    fc.property(scenarios({ ...trouble, modes: allModes }), fc.nat(), (scenario, seed) => {
      const { spans } = spansOf(simulate(scenario));
      expect(violations(spans)).toBeUndefined();
      expect(violations(withLosses(spans, 5, createRandom(seed)), { maxSegments: 1000 })).toBeUndefined();
    }),
    { seed: 7, numRuns: 20 },
  );
});

it("the schema accepts explanations of no spans and of nearly empty spans", () => {
  expect(violations([])).toBeUndefined();
  const bare = handled({ id: "p", at: 0, for: 1, attributes: { "messaging.system": "kafka" } });
  const input = [{ what: "No span.", where: "f, line 1", count: 2 }];
  expect(violations([bare], { input })).toBeUndefined();
});

it("the schema rejects what is not an explanation", () => {
  const schema = z.fromJSONSchema(committed);
  const good = { ...explain([]) };
  expect(schema.safeParse(good).success).toBe(true);
  expect(schema.safeParse({ ...good, schema: "holdup.explain/1" }).success).toBe(false);
  expect(schema.safeParse({ ...good, more: 1 }).success).toBe(false);
  expect(schema.safeParse({ ...good, orders: [{}] }).success).toBe(false);
});
