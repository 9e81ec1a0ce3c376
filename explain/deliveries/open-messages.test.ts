import { describe, expect, it } from "vitest";
import { explain } from "../explain.ts";
import type { Attributes } from "../span.ts";
import { epochNs, handled, offset, sent } from "./spans.fixture.ts";

const epochMs = Number(epochNs / 1_000_000n);
const partition = { "messaging.destination.partition.id": "0" };
const traceOf = (n: number) => `${n}`.repeat(32);

/** A send of message n of a partition, 100 ms after the one before. */
const sentOne = (n: number, facts: Attributes = {}) =>
  sent({ id: `s${n}`, traceId: traceOf(n), at: n * 100, for: 1, facts });
const handledOne = (n: number, traceId = traceOf(n), parentSpanId: string | undefined = `s${n}`) =>
  handled({ id: `p${n}`, traceId, parentSpanId, at: n * 100 + 5, for: 10, facts: offset(n) });

const openOf = (spans: Parameters<typeof explain>[0], options: Parameters<typeof explain>[1] = {}) =>
  explain(spans, { nowMs: epochMs + 60_000, ...options }).open.messages;

describe("a message that no span handles", () => {
  it("is open, if the group has handled others before it", () => {
    expect(openOf([sentOne(1), handledOne(1), sentOne(2)])).toMatchObject([
      { order: "order 2", topic: "orders" },
    ]);
  });

  it("is not, where the trace context is lost on the way, so that any handling may be its", () => {
    const handledElsewhere = [1, 2].map((n) => handledOne(n, `${n}f`.repeat(16), undefined));
    expect(openOf([sentOne(1), sentOne(2), sentOne(3), ...handledElsewhere])).toEqual([]);
  });

  it("is, where its place in the partition is after all that was handled, context or not", () => {
    const placed = [1, 2, 3].map((n) => sentOne(n, { ...partition, ...offset(n) }));
    const handledElsewhere = [1, 2].map((n) => handledOne(n, `${n}f`.repeat(16), undefined));
    expect(openOf([...placed, ...handledElsewhere])).toMatchObject([{ offset: 3 }]);
  });
});

describe("where a topic has several groups, a message that one of them handled is", () => {
  const inGroup = (n: number, group: string, id: string) =>
    handled({
      ...{ id: `${id}${n}`, traceId: traceOf(n), parentSpanId: `s${n}`, at: n * 100 + 5, for: 10 },
      facts: { ...offset(n), "messaging.consumer.group.name": group },
    });

  it("not open in another, if none was ever handled by both: the broker routes them", () => {
    const spans = [1, 2, 3, 4].flatMap((n) => [sentOne(n), inGroup(n, n < 3 ? "g" : "h", "p")]);
    expect(openOf(spans)).toEqual([]);
  });

  it("open in another, if each gets all", () => {
    const spans = [1, 2, 3].flatMap((n) => [sentOne(n), inGroup(n, "g", "p")]);
    expect(openOf([...spans, inGroup(1, "h", "q")])).toMatchObject([{ stage: "h" }, { stage: "h" }]);
  });
});

it("as many sends without a place as the offsets have gaps are those of lost spans", () => {
  const inPartition = (n: number, at: number, partitionOf: string) =>
    handled({
      ...{ id: `p${n}`, traceId: traceOf(n), parentSpanId: `s${n}`, at: n * 100 + 5, for: 10 },
      facts: { ...offset(at), "messaging.destination.partition.id": partitionOf },
    });
  const sends = [1, 2, 3, 4].map((n) => sentOne(n));
  // Message 3 was at offset 1 of partition 1; nothing came to partition 0 after message 1.
  const handlings = [inPartition(1, 0, "0"), inPartition(2, 0, "1"), inPartition(4, 2, "1")];
  expect(openOf([...sends, ...handlings])).toEqual([]);
  expect(openOf([...sends, ...handlings.slice(0, 2)])).toHaveLength(2);
});

describe("where stages record what they have done with an order", () => {
  const order = (n: number) => ({ "holdup.order.id": `id-${n}` });
  const spans = [sentOne(1, order(1)), sentOne(2, order(2)), sentOne(3, order(3)), sentOne(4, order(4))];
  const nowMs = epochMs + 10_000;
  const recorded = new Map([
    ["id-1", { startedAtMs: epochMs + 500, endedAtMs: epochMs + 900 }],
    ["id-2", { startedAtMs: nowMs - 2000, endedAtMs: nowMs - 1000 }],
    ["id-3", { startedAtMs: nowMs - 8000, endedAtMs: undefined }],
    ["id-4", { startedAtMs: undefined, endedAtMs: undefined }],
  ]);
  const open = openOf(spans, {
    nowMs,
    consumers: [{ topic: "orders", group: "g" }],
    progressOf: (orderId) => recorded.get(orderId),
  });

  it("a message is open until then, however young, and whether or not anything was handled", () => {
    expect(open.map(({ orderId }) => orderId)).toEqual(["id-2", "id-3", "id-4"]);
  });

  it("one whose span has not arrived yet has ended; after some seconds the span is lost", () => {
    expect(open[0]).toMatchObject({ orderId: "id-2", endedAtNs: expect.any(Number) });
  });

  it("what is recorded as ended is not running, although the last report still has it", () => {
    const place = { group: "g", topic: "orders", partition: 0, offset: 2 };
    const running = { ...place, orderId: "id-2", startedAtMs: nowMs - 2000 };
    const [first] = openOf(spans, {
      nowMs,
      running: [running],
      progressOf: (orderId) => recorded.get(orderId),
    });
    expect(first).toMatchObject({ orderId: "id-2", isReported: false, endedAtNs: expect.any(Number) });
  });

  it("a handling that nobody reports any more was cut short, so that its message waits", () => {
    expect(open[1]).toMatchObject({ orderId: "id-3" });
    expect(open[1]?.startedAtNs).toBeUndefined();
  });
});
