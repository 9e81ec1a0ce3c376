import { expect, it } from "vitest";
import { handled, offset, polled, sent } from "../deliveries/spans.fixture.ts";
import { explain } from "../explain.ts";

it("adds up the cost of any number of attempts", () => {
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

it("names a batch by its first and last offset, even far apart", () => {
  const spans = [
    ...[10, 20, 30, 31].map((n) => sent({ id: "s", traceId: `t${n}`, at: 0, for: 0 })),
    polled({ id: "poll", traceId: "poll", at: 1, for: 0 }),
    ...[10, 20, 30].map((n) =>
      handled({
        id: `p${n}`,
        traceId: "poll",
        parentSpanId: "poll",
        links: [{ traceId: `t${n}`, spanId: "s" }],
        at: 2,
        for: 5000,
        facts: offset(n),
      }),
    ),
    handled({ id: "p", traceId: "t31", parentSpanId: "s", at: 5003, for: 1, facts: offset(31) }),
  ];
  const { orders, blockers } = explain(spans);
  expect(orders.at(-1)?.sentence).toContain(
    "a batch of 3 that included order 1 (partition 0, offsets 10–30)",
  );
  expect(blockers[0]).toMatchObject({ offset: 10, lastOffset: 30 });
  expect(orders[1]?.deliveries[0]).toMatchObject({ offset: 20, messages: 3 });
  expect(orders[1]?.deliveries[0]).not.toHaveProperty("lastOffset");
});
