import { describe, expect, it } from "vitest";
import { handled, offset, sent } from "../deliveries/spans.fixture.ts";
import { explain } from "../explain.ts";
import type { Attributes } from "../span.ts";

const ofH = (more: Attributes = {}) => ({
  ...offset(1),
  "messaging.consumer.group.name": "h",
  "messaging.client.id": "d",
  ...more,
});

/** Fails in g after it has sent its message on to h, and is handled in g again at 50 s. */
const sentOnBeforeRetry = (startMs: number) => [
  sent({ id: "s", at: 0, for: 1 }),
  handled({ id: "a1", parentSpanId: "s", at: startMs, for: 100, failed: true, facts: offset(1) }),
  sent({ id: "s2", parentSpanId: "a1", at: startMs + 10, for: 1, topic: "done" }),
  handled({ id: "a2", parentSpanId: "s", at: 50_000, for: 100, facts: offset(1) }),
  handled({ id: "d", parentSpanId: "s2", at: 60_000, for: 100, topic: "done", facts: ofH() }),
];

describe("work and waiting time of an order", () => {
  it("add up to its total when waits on its path overlap", () => {
    const [order] = explain(sentOnBeforeRetry(10)).orders;
    expect(order).toMatchObject({ totalNs: 60_100e6, waitNs: 59_999e6, workNs: 101e6 });
    expect(order?.sentence).toContain("Order 1 took 60.1 s: 101 ms of work, 60.0 s waiting in h.");
  });

  it("count the earlier stage only until it sent the message", () => {
    const [order] = explain(sentOnBeforeRetry(20_000)).orders;
    expect(order).toMatchObject({ totalNs: 60_100e6, waitNs: 59_999e6 });
    expect(order?.sentence).toContain("20.0 s waiting in g and 40.0 s waiting in h.");
    expect(order?.sentence).toContain("An earlier attempt in g had already sent it on.");
  });

  it("add up to its total when clocks disagree", () => {
    // The clock of h is ten seconds behind, so its messages seem to have waited in i since before the order began.
    const spans = [
      sent({ id: "s", at: 0, for: 1 }),
      handled({ id: "p", parentSpanId: "s", at: 5000, for: 100, facts: offset(1) }),
      sent({ id: "s2", parentSpanId: "p", at: 5010, for: 1, topic: "done" }),
      handled({ id: "d", parentSpanId: "s2", at: -4800, for: 100, topic: "done", facts: ofH() }),
      sent({ id: "s3", parentSpanId: "d", at: -4790, for: 1, topic: "last" }),
      handled({ id: "i", parentSpanId: "s3", at: 5400, for: 100, topic: "last", facts: offset(1) }),
    ];
    const [order] = explain(spans).orders;
    expect(order).toMatchObject({ totalNs: 5500e6, waitNs: 5400e6, workNs: 100e6 });
  });
});

it("says when the blocking message belongs to the same order", () => {
  const spans = [1, 2].flatMap((n) => [
    sent({ id: `s${n}`, at: 0, for: 0 }),
    handled({ id: `p${n}`, parentSpanId: `s${n}`, at: (n - 1) * 1000, for: 1000, facts: offset(n) }),
  ]);
  expect(explain(spans).orders[0]?.sentence).toContain(
    "behind another message of the same order (partition 0, offset 1)",
  );
});
