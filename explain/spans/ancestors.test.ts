import { expect, it } from "vitest";
import { sent, span } from "../deliveries/spans.fixture.ts";
import { createRoots, createSearchUp } from "./ancestors.ts";
import type { Row, Trace } from "./trace.ts";
import { createTraceTable } from "./trace-table.ts";

/** A trace that counts parent lookups. */
function traceOf(...spans: readonly Parameters<typeof span>[0][]) {
  const table = createTraceTable();
  for (const one of spans) table.add(one.kind === "producer" ? sent(one) : span(one));
  const trace = table.finish().traces.get("t");
  if (!trace) throw new Error("No trace.");
  let steps = 0;
  class Counted extends Map<string, Row> {
    override get(id: string): Row | undefined {
      steps += 1;
      return super.get(id);
    }
  }
  const counted: Trace = { ...trace, bySpanId: new Counted(trace.bySpanId) };
  return { trace: counted, row: (id: string) => trace.bySpanId.get(id) as Row, steps: () => steps };
}

const depth = 1000;
const nested = Array.from({ length: depth }, (_, n) => ({
  id: `i${n}`,
  at: n,
  for: 1,
  ...(n > 0 && { parentSpanId: `i${n - 1}` }),
}));

it("visits each row once, however many searches and however deep the trace", () => {
  const { trace, steps } = traceOf(...nested);
  const [above, rootNs] = [createSearchUp(() => false), createRoots()];
  for (const row of trace.rows.toReversed()) {
    expect(above(trace, row)).toBeUndefined();
    expect(rootNs(trace, row)).toBe(0);
  }
  expect(steps()).toBeLessThan(3 * depth);
});

it("finds the nearest ancestor, not the row itself", () => {
  const { trace, row } = traceOf(
    { id: "top", at: 0, for: 9, kind: "producer" },
    { id: "send", at: 1, for: 8, kind: "producer", parentSpanId: "top" },
    { id: "inner", at: 2, for: 7, parentSpanId: "send" },
  );
  const above = createSearchUp(({ message }) => message !== undefined);
  expect(above(trace, row("inner"))?.spanId).toBe("send");
  expect(above(trace, row("send"))?.spanId).toBe("top");
  expect(above(trace, row("top"))).toBeUndefined();
});

it("ends in a cycle, with the same root wherever it starts", () => {
  const circle = [
    { id: "a", parentSpanId: "c", at: 5, for: 1 },
    { id: "b", parentSpanId: "a", at: 3, for: 1 },
    { id: "c", parentSpanId: "b", at: 4, for: 1 },
    { id: "below", parentSpanId: "a", at: 0, for: 1 },
  ];
  for (const entry of ["a", "b", "c", "below"]) {
    const { trace, row } = traceOf(...circle);
    expect(createSearchUp(() => false)(trace, row(entry))).toBeUndefined();
    expect(createRoots()(trace, row(entry))).toBe(3_000_000);
  }
});
