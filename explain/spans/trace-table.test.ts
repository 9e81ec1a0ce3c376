import { describe, expect, it } from "vitest";
import { handled, offset, span } from "../deliveries/spans.fixture.ts";
import type { Span } from "../span.ts";
import { createTraceTable } from "./trace-table.ts";

function read(spans: readonly Span[]) {
  const table = createTraceTable();
  for (const one of spans) table.add(one);
  const { originNs, traces, problems } = table.finish();
  return { originNs, rows: [...traces.values()].map((trace) => trace.rows), problems: problems.list() };
}

describe("in any order of spans", () => {
  it.each([400, -400])("the origin is the same, with one span %d days away", (days) => {
    const near = [500, 700, 900].map((at) => span({ id: `n${at}`, at, for: 100 }));
    const far = span({ id: "far", at: days * 86_400_000 + 250, for: 1 });
    expect(read([far, ...near])).toEqual(read([...near, far]));
  });

  it("the same one of several different spans with one id counts", () => {
    const first = handled({ id: "p", at: 0, for: 1, facts: offset(1) });
    for (const other of [
      handled({ id: "p", at: 0, for: 1, facts: offset(77) }),
      { ...first, kind: "internal" as const, attributes: {} },
      { ...first, failed: true },
    ]) {
      const either = read([first, other]);
      expect(read([other, first])).toEqual(either);
      expect(either.problems).toMatchObject([
        { what: "Different spans of one trace have the same id; the earliest one counts." },
      ]);
    }
    expect(read([first, { ...first, kind: "internal", attributes: {} }]).rows[0]?.[0]?.message?.offset).toBe(
      1,
    );
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
