import { describe, expect, it } from "vitest";
import { handled, offset, polled, sent } from "../deliveries/spans.fixture.ts";
import { explain } from "../explain.ts";

const poll = polled({ id: "poll", traceId: "poll", at: 1, for: 0 });

/** A batch of three fails after 5 s; then each message is handled alone, while a fourth waits. */
const again = [
  poll,
  ...[1, 2, 3, 4].map((n) => sent({ id: "s", traceId: `t${n}`, at: 0, for: 1 })),
  ...[1, 2, 3].flatMap((n) => [
    handled({
      id: `b${n}`,
      traceId: "poll",
      parentSpanId: "poll",
      links: [{ traceId: `t${n}`, spanId: "s" }],
      at: 10,
      for: 5000,
      failed: true,
      facts: offset(n),
    }),
    handled({ id: "r", traceId: `t${n}`, parentSpanId: "s", at: 5000 + n * 10, for: 10, facts: offset(n) }),
  ]),
  handled({ id: "r", traceId: "t4", parentSpanId: "s", at: 5040, for: 10, facts: offset(4) }),
];

describe("a batch that failed and is retried message by message", () => {
  it("is ranked as a batch", () => {
    const { blockers } = explain(again);
    expect(blockers[0]).toMatchObject({ spanId: "b1", offset: 1, messages: 3, runNs: 5_000_000_000 });
    expect(blockers[0]?.cost.ns).toBeGreaterThanOrEqual(5_000_000_000);
    expect(blockers.slice(1).map(({ spanId, messages, runNs }) => [spanId, messages, runNs])).toEqual([
      ["r", 1, 10_000_000],
      ["r", 1, 10_000_000],
      ["r", 1, 10_000_000],
    ]);
  });

  it("costs each of its messages the time of the batch", () => {
    const retries = explain(again).problems.find((problem) => problem.class === "retries");
    expect(retries?.ns).toBeGreaterThanOrEqual(15_000_000_000);
    expect(retries?.ns).toBeLessThan(15_100_000_000);
    expect(retries?.why).toContain("3 messages failed and had to be retried");
  });
});

it("charges an attempt of a single message to the run that did the work", () => {
  const spans = [
    ...[1, 2].map((n) => sent({ id: "s", traceId: `t${n}`, at: 0, for: 1 })),
    handled({ id: "p1", traceId: "t1", parentSpanId: "s", at: 1, for: 1000, failed: true, facts: offset(1) }),
    handled({ id: "p2", traceId: "t1", parentSpanId: "s", at: 1001, for: 1000, facts: offset(1) }),
    handled({ id: "p", traceId: "t2", parentSpanId: "s", at: 2001, for: 10, facts: offset(2) }),
  ];
  expect(explain(spans).blockers).toMatchObject([{ spanId: "p2", cost: { ns: 2_000_000_000, messages: 1 } }]);
});
