import { expect, it } from "vitest";
import { handled, polled, sent, span } from "../deliveries/spans.fixture.ts";
import type { Span } from "../span.ts";
import { createSearchUp } from "./ancestors.ts";
import { traceOf } from "./whole-trace.fixture.ts";

const rowsOf = (...spans: readonly Span[]) => {
  const { rows } = traceOf(...spans).reduced;
  return new Map(rows.map((row) => [row.spanId, row]));
};

it("keeps the rows of messages, each with the next one above it and the start of its root", () => {
  const rows = rowsOf(
    span({ id: "request", at: 1, for: 9 }),
    span({ id: "create", parentSpanId: "request", at: 2, for: 8 }),
    sent({ id: "send", parentSpanId: "create", at: 3, for: 1 }),
    span({ id: "between", parentSpanId: "send", at: 4, for: 1 }),
    handled({ id: "process", parentSpanId: "between", at: 5, for: 3 }),
  );
  expect([...rows.keys()]).toEqual(["send", "process"]);
  expect(rows.get("send")?.above).toBeUndefined();
  expect(rows.get("process")?.above).toBe(rows.get("send"));
  expect([...rows.values()].map(({ rootNs }) => rootNs)).toEqual([1_000_000, 1_000_000]);
});

it("keeps what the spans below a handling show, down to where messages are sent", () => {
  const inside = { service: "consumer", parentSpanId: "process" };
  const rows = rowsOf(
    handled({ id: "process", at: 0, for: 50 }),
    span({ id: "body", ...inside, at: 1, for: 48 }),
    span({ id: "SELECT", service: "consumer", parentSpanId: "body", at: 2, for: 20 }),
    span({ id: "late", ...inside, at: 60, for: 5 }),
    sent({ id: "send", parentSpanId: "body", at: 30, for: 2 }),
    span({ id: "of the send", parentSpanId: "send", at: 30, for: 1 }),
  );
  expect(rows.get("process")?.below).toMatchObject({
    work: [
      { name: "SELECT", ns: 20_000_000 },
      { name: "late", ns: 5_000_000 },
    ],
    lastBeginNs: 60_000_000,
  });
  expect(rows.get("send")?.below).toBeUndefined();
});

it("keeps what may handle the message that a receive span fetched, and counts what began inside it", () => {
  const own = { service: "consumer", parentSpanId: "poll" };
  const rows = rowsOf(
    polled({ id: "poll", at: 0, for: 5 }),
    span({ id: "inside", ...own, at: 1, for: 50 }),
    span({ id: "after", ...own, at: 6, for: 50 }),
    span({ id: "elsewhere", parentSpanId: "poll", service: "other", at: 6, for: 50 }),
  );
  expect([...rows.keys()]).toEqual(["poll", "after"]);
  expect(rows.get("poll")?.beganInside).toBe(1);
});

it("names the services of spans whose parent is missing", () => {
  const { reduced, gaps } = traceOf(
    span({ id: "a", parentSpanId: "gone", service: "worker", at: 3, for: 1 }),
  );
  expect(reduced.orphans).toEqual([{ service: "worker", startNs: 3_000_000 }]);
  expect(gaps).toEqual(["The span's parent is missing."]);
});

it("knows the order of a trace whose spans name only one", () => {
  const of = (id: string, order?: string) => ({
    ...span({ id, at: 0, for: 1 }),
    attributes: order === undefined ? {} : { "holdup.order.id": order },
  });
  expect(traceOf(of("a"), of("b", "7"), of("c", "7")).reduced.orderId).toBe("7");
  expect(traceOf(of("a", "7"), of("b", "8")).reduced.orderId).toBeUndefined();
  expect(traceOf(of("a")).reduced.orderId).toBeUndefined();
});

it("ends in a cycle, with the same root wherever it starts", () => {
  const { reduced, gaps } = traceOf(
    sent({ id: "a", parentSpanId: "c", at: 5, for: 1 }),
    sent({ id: "b", parentSpanId: "a", at: 3, for: 1 }),
    span({ id: "c", parentSpanId: "b", at: 4, for: 1 }),
    sent({ id: "below", parentSpanId: "a", at: 0, for: 1 }),
  );
  for (const row of reduced.rows) {
    expect(createSearchUp(() => false)(row)).toBeUndefined();
    expect(row.rootNs).toBe(3_000_000);
  }
  expect(reduced.rows.map(({ spanId, above }) => [spanId, above?.spanId])).toEqual([
    ["below", "a"],
    ["b", "a"],
    ["a", "b"],
  ]);
  expect(gaps).toEqual(["The parents of spans form a cycle."]);
});

it("takes a deep trace in one pass", () => {
  const depth = 20_000;
  const nested = Array.from({ length: depth }, (_, n) =>
    span({ id: `i${n}`, at: depth - n, for: 1, ...(n > 0 && { parentSpanId: `i${n - 1}` }) }),
  );
  const rows = rowsOf(...nested, sent({ id: "s", parentSpanId: `i${depth - 1}`, at: 0, for: 1 }));
  expect(rows.get("s")?.rootNs).toBe(depth * 1_000_000);
});

it("finds the nearest row above that matches, not the row itself", () => {
  const rows = rowsOf(
    sent({ id: "top", at: 0, for: 9 }),
    sent({ id: "send", at: 1, for: 8, parentSpanId: "top" }),
    handled({ id: "process", at: 2, for: 7, parentSpanId: "send" }),
  );
  const above = createSearchUp(({ message }) => message?.role === "send");
  const of = (id: string) => {
    const row = rows.get(id);
    return row && above(row)?.spanId;
  };
  expect([of("process"), of("send"), of("top")]).toEqual(["send", "top", undefined]);
});
