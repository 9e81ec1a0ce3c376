import { expect, it } from "vitest";
import { explain } from "../explain.ts";
import { handled, offset, sent } from "../normalise/spans.fixture.ts";

it("adds up what any number of attempts cost others", () => {
  const attempts = 150_000;
  const spans = [
    sent({ id: "s1", traceId: "t1", at: 0, for: 0 }),
    sent({ id: "s2", traceId: "t2", at: 0, for: 0 }),
    ...Array.from({ length: attempts }, (_, n) =>
      handled({
        id: `p${n}`,
        traceId: "t1",
        parentSpanId: "s1",
        at: n,
        for: 1,
        failed: true,
        facts: offset(1),
      }),
    ),
    handled({ id: "last", traceId: "t2", parentSpanId: "s2", at: attempts, for: 1, facts: offset(2) }),
  ];
  const [first] = explain(spans).orders;
  expect(first?.deliveries[0]).toMatchObject({ attempts, cost: { ns: attempts * 1e6, messages: 1 } });
});
