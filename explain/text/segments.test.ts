import { expect, it } from "vitest";
import { handled, offset, sent } from "../deliveries/spans.fixture.ts";
import { explain } from "../explain.ts";
import type { Span } from "../span.ts";
import { paintWith } from "./layout.ts";
import { segmentLines } from "./segments.ts";

function linesOf(spans: readonly Span[], traceId = "t"): string[] {
  const explanation = explain(spans, {
    only: (order) => order.traceId === traceId,
    maxSegments: Number.POSITIVE_INFINITY,
  });
  return explanation.orders.flatMap((order) => segmentLines(order, 100, paintWith(false)));
}

/** A message that passes through `topics` topics, one second each; the seventh takes two. */
function chain(topics: number): Span[] {
  return Array.from({ length: topics }, (_, n) => {
    const at = n * 10_000;
    const parent = n === 0 ? {} : { parentSpanId: `p${n - 1}` };
    return [
      sent({ id: `s${n}`, topic: `topic-${n}`, at, for: 0, ...parent }),
      handled({
        id: `p${n}`,
        parentSpanId: `s${n}`,
        topic: `topic-${n}`,
        at: at + 1,
        for: n === 6 ? 2000 : 1000,
        facts: { ...offset(n), "messaging.consumer.group.name": `stage-${n}` },
      }),
    ];
  }).flat();
}

it("lists the longest stages of a long chain, in their order, and sums up the rest", () => {
  const lines = linesOf(chain(200));
  expect(lines.length).toBeLessThan(50);
  expect(lines.filter((line) => line.startsWith("stage-")).map((line) => line.split(" ")[0])).toEqual([
    ...Array.from({ length: 12 }, (_, n) => `stage-${n}`),
  ]);
  expect(lines.at(-1)).toBe("188 shorter deliveries are not listed: 3 min 8 s in all.");
  expect(linesOf(chain(13)).at(-1)).toBe("1 shorter delivery is not listed: 1.00 s in all.");
  expect(linesOf(chain(12)).join()).not.toContain("not listed");
});

it("lists the longest segments of a wait behind many", () => {
  const many = 100;
  const behind = Array.from({ length: many }, (_, n) => {
    const traceId = n === many - 1 ? "last" : `t${n}`;
    return [
      sent({ id: `s${n}`, traceId, at: 0, for: 0 }),
      handled({
        id: `p${n}`,
        traceId,
        parentSpanId: `s${n}`,
        at: 1 + n * 1000,
        for: n === 50 ? 999 : 900,
        facts: offset(n),
      }),
    ];
  }).flat();
  const lines = linesOf(behind, "last");
  expect(lines.length).toBeLessThan(120);
  expect(lines.filter((line) => line.includes("same-partition"))).toHaveLength(40);
  expect(lines.join("\n")).toMatch(/ 999 ms {2}same-partition: order \d+\n/);
  expect(lines.at(-1)).toBe("  159 shorter segments are not listed: 62.9 s in all.");
});

it("shows that a handling failed, and the number of attempts, failed or not", () => {
  const [send, first] = chain(1);
  if (!send || !first) throw new Error("no spans");
  const again = { ...first, spanId: "again", startNs: first.endNs + 1n, endNs: first.endNs + 1_000_000n };
  expect(linesOf([send, { ...first, failed: true }])[0]).toBe(
    "stage-0 waited 1.00 ms, ran 1.00 s and failed (partition 0, offset 0, consumer c)",
  );
  const text = linesOf([send, first, again]).join(" ");
  expect(text).toContain("(partition 0, offset 0, consumer c, 2 attempts)");
  expect(text).not.toMatch(/fail/);
});

it("names three of the many runs that took all slots of a consumer", () => {
  const slots = 10;
  const busy = Array.from({ length: slots }, (_, n) => {
    const facts = {
      ...offset(0),
      "messaging.destination.partition.id": `${n}`,
      "holdup.consumer.concurrency": slots,
    };
    const traceId = `t${n}`;
    return [
      sent({ id: `s${n}`, traceId, at: 0, for: 0 }),
      handled({ id: `p${n}`, traceId, parentSpanId: `s${n}`, at: 1, for: 1000, facts }),
    ];
  }).flat();
  const facts = {
    ...offset(0),
    "messaging.destination.partition.id": "10",
    "holdup.consumer.concurrency": slots,
  };
  const waiting = [
    sent({ id: "s", traceId: "last", at: 2, for: 0 }),
    handled({ id: "p", traceId: "last", parentSpanId: "s", at: 1002, for: 10, facts }),
  ];
  const lines = linesOf([...busy, ...waiting], "last");
  expect(lines.filter((line) => line.startsWith("    trace "))).toHaveLength(3);
  expect(lines).toContain("    and 7 more spans");
});
