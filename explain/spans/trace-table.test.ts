import { describe, expect, it } from "vitest";
import { handled, offset, sent, span } from "../deliveries/spans.fixture.ts";
import type { Span } from "../span.ts";
import { parentOf } from "./shared-ids.ts";
import { createTraceTable } from "./trace-table.ts";
import { traceOf } from "./whole-trace.fixture.ts";

function read(spans: readonly Span[]) {
  const table = createTraceTable();
  for (const one of spans) table.add(one);
  const { originNs, traces, problems } = table.finish();
  return { originNs, rows: [...traces.values()].map((trace) => trace.rows), problems: problems.list() };
}

describe("in any order of spans", () => {
  it.each([400, -400])("the origin is the same, with one span %d days away", (days) => {
    const near = [500, 700, 900].map((at) => sent({ id: `n${at}`, at, for: 100 }));
    const far = sent({ id: "far", at: days * 86_400_000 + 250, for: 1 });
    expect(read([far, ...near])).toEqual(read([...near, far]));
  });

  it("the same one of several versions of a span counts, the longest or the one with more facts", () => {
    const first = handled({ id: "p", at: 0, for: 5, facts: offset(1) });
    for (const other of [
      handled({ id: "p", at: 0, for: 5, facts: offset(77) }),
      handled({ id: "p", at: 0, for: 2_000, facts: offset(1) }),
      handled({ id: "p", at: 3, for: 10, facts: offset(1) }),
      { ...first, attributes: {} },
      { ...first, failed: true },
    ]) {
      const either = read([first, other]);
      expect(read([other, first])).toEqual(either);
      expect(either.rows[0]).toHaveLength(1);
      expect(either.problems).toMatchObject([
        { what: "The span was read more than once; its longest version counts." },
      ]);
    }
    const [snapshot, final] = [500, 2_000].map((length) => handled({ id: "p", at: 0, for: length }));
    expect(lengths(snapshot, final)).toEqual([2_000]);
    expect(read([first, { ...first, attributes: {} }]).rows[0]?.[0]?.message?.offset).toBe(1);
  });

  it("spans of other kinds, services, consumers or times that share an id are all used", () => {
    const first = handled({ id: "p", at: 0, for: 5, facts: offset(1) });
    expect(lengths(first, { ...first, kind: "internal" })).toEqual([5, 5]);
    expect(lengths(first, { ...first, service: "other" })).toEqual([5, 5]);
    expect(lengths(first, handled({ id: "p", at: 5, for: 7, facts: offset(1) }))).toEqual([5, 7]);
    const other = handled({ id: "p", at: 1, for: 7, facts: { "messaging.client.id": "c2" } });
    expect(lengths(first, other)).toEqual([5, 7]);
    expect(read([first, other]).problems).toEqual([]);
  });
});

/** Durations of the rows, ms. */
function lengths(...spans: readonly (Span | undefined)[]): number[] {
  const { rows } = read(spans.filter((one) => one !== undefined));
  return rows.flat().map(({ startNs, endNs }) => (endNs - startNs) / 1e6);
}

describe("a shared id", () => {
  const half = { id: "x", parentSpanId: "root" };
  const shared = [
    span({ id: "root", at: 0, for: 100 }),
    sent({ ...half, at: 1, for: 2 }),
    handled({ ...half, at: 10, for: 50, facts: offset(1) }),
  ];

  /** Kind of the parent of each span. */
  function parents(...spans: readonly Span[]): Record<string, string | undefined> {
    const { whole } = traceOf(...spans);
    const rows = whole.rows.map((row) => [row, parentOf(whole, row)] as const);
    return Object.fromEntries(
      rows.map(([row, parent]) => [
        `${row.kind ?? ""} ${row.spanId}`,
        parent && (parent.kind ?? parent.spanId),
      ]),
    );
  }

  it("makes the receiver's span the child of the sender's", () => {
    expect(parents(...shared)).toMatchObject({ "producer x": "root", "consumer x": "producer" });
    const call = ["client", "server"].map((kind, n) =>
      span({ id: "c", kind: kind === "client" ? "client" : "server", service: kind, at: n, for: 5 }),
    );
    expect(parents(...call)).toEqual({ "client c": undefined, "server c": "client" });
  });

  it("puts the spans below it under the half of their service, or that was running", () => {
    const inProducer = span({ id: "ack", parentSpanId: "x", service: "producer", at: 2, for: 1 });
    const inConsumer = span({ id: "work", parentSpanId: "x", service: "consumer", at: 20, for: 1 });
    const unnamed = span({ id: "unnamed", parentSpanId: "x", service: "", at: 20, for: 1 });
    expect(parents(...shared, inProducer, inConsumer, unnamed)).toMatchObject({
      " ack": "producer",
      " work": "consumer",
      " unnamed": "consumer",
    });
    const [root, producer, consumer] = shared.map((one) => ({ ...one, service: "one" }));
    const ofOne = { service: "one", parentSpanId: "x", for: 1 };
    expect(
      parents(
        ...[root, producer, consumer].filter((one) => one !== undefined),
        span({ ...ofOne, id: "a", at: 2 }),
        span({ ...ofOne, id: "b", at: 20 }),
      ),
    ).toMatchObject({ " a": "producer", " b": "consumer" });
  });
});

describe("a trace id of which some spans have only 64 bits", () => {
  const long = `${"a".repeat(16)}${"1".padStart(16, "0")}`;
  const short = "1".padStart(32, "0");

  function traceIds(...spans: readonly Span[]) {
    const table = createTraceTable();
    for (const one of spans) table.add(one);
    const { traces, traceOf, gaps } = table.finish();
    return {
      ids: [...traces.values()].map(({ traceId, rows }) => [traceId, rows.length]),
      traceOf,
      gaps: gaps.list(),
    };
  }

  it("is joined with the only one that ends with them", () => {
    const found = traceIds(
      sent({ id: "a", traceId: long, at: 0, for: 1 }),
      sent({ id: "b", traceId: short, at: 1, for: 1 }),
      sent({ id: "c", traceId: "2".padStart(32, "0"), at: 1, for: 1 }),
    );
    expect(found.ids).toEqual([
      ["2".padStart(32, "0"), 1],
      [long, 2],
    ]);
    expect(found.traceOf(short)?.traceId).toBe(long);
    expect(found.gaps).toEqual([]);
  });

  it("is joined with none when there are several, which is reported", () => {
    const others = ["b", "c"].map((digit) => `${digit.repeat(16)}${short.slice(16)}`);
    const found = traceIds(
      ...others.map((traceId, n) => span({ id: `o${n}`, traceId, at: 0, for: 1 })),
      span({ id: "b", traceId: short, at: 1, for: 1 }),
    );
    expect(found.ids).toHaveLength(3);
    expect(found.gaps).toMatchObject([
      { what: expect.stringContaining("A 64-bit trace id belongs to several traces") },
    ]);
  });

  it("is found by links that have more or fewer bits than the spans", () => {
    expect(traceIds(span({ id: "a", traceId: long, at: 0, for: 1 })).traceOf(short)?.traceId).toBe(long);
    expect(traceIds(span({ id: "a", traceId: short, at: 0, for: 1 })).traceOf(long)?.traceId).toBe(short);
    expect(
      traceIds(span({ id: "a", traceId: long, at: 0, for: 1 })).traceOf(`b${long.slice(1)}`),
    ).toBeUndefined();
  });
});

it("an operation that is not known is a gap, counted for each service", () => {
  const table = createTraceTable();
  const facts = { "messaging.operation.type": "subscribe" };
  for (const [n, service] of ["worker", "worker", "mailer"].entries())
    table.add(handled({ id: `p${n}`, at: n, for: 1, service, facts }));
  expect(table.finish().gaps.list()).toMatchObject([
    { what: "The operation subscribe is not known; spans of worker that have it are left out.", count: 2 },
    { what: "The operation subscribe is not known; spans of mailer that have it are left out.", count: 1 },
  ]);
});
