import { describe, expect, it } from "vitest";
import type { WholeSpan } from "../../../explain/span.ts";
import type { OrderAnswer } from "../../api.ts";
import { extentOf, waterfallRows } from "./waterfall-rows.ts";

const span = (
  id: string,
  parentId: string | undefined,
  startedAtMs: number,
  endedAtMs: number,
): WholeSpan => ({
  id,
  parentId,
  name: id,
  service: "api-service",
  kind: undefined,
  startedAtMs,
  endedAtMs,
  failed: false,
  attributes: {},
});

const answer = (given: Partial<OrderAnswer>): OrderAnswer =>
  ({ originMs: 0, deliveries: [], spans: [], usage: [], jaegerUrl: undefined, ...given }) as OrderAnswer;

const shape = (given: OrderAnswer) =>
  waterfallRows(given).map(({ id, depth }) => `${" ".repeat(depth)}${id}`);

describe("the waterfall", () => {
  it("is the tree of spans, children by start", () => {
    const spans = [
      span("b", "root", 5, 9),
      span("a", "root", 1, 4),
      span("a1", "a", 2, 3),
      span("root", undefined, 0, 10),
    ];
    expect(shape(answer({ spans }))).toEqual(["root", " a", "  a1", " b"]);
  });

  it("shows spans whose parent is missing, or that are each other's parents", () => {
    const spans = [span("x", "gone", 0, 1), span("y", "z", 2, 3), span("z", "y", 2, 3)];
    expect(shape(answer({ spans }))).toEqual(["x", "y", " z"]);
  });

  it("puts the wait with its causes before the delivery, in place of the wait span of the service", () => {
    const own = { ...span("wait orders", "send", 10, 100), attributes: { "holdup.wait.ms": 90 } };
    const spans = [span("send", undefined, 0, 10), own, span("process", "send", 100, 110)];
    const blocker = { order: "order 3", orderId: "id3", traceId: "t3", spanId: "s3", ns: 80e6 };
    const segment = { proven: true, evidence: [] };
    const wait = {
      ns: 90e6,
      blockers: [blocker],
      segments: [
        {
          ...segment,
          cause: "same-partition",
          fromAtNs: 10e6,
          toAtNs: 90e6,
          evidence: [{ traceId: "t3", spanId: "s3" }],
        },
        { ...segment, cause: "transport", fromAtNs: 90e6, toAtNs: 100e6 },
      ],
    };
    const delivery = {
      spanId: "process",
      stage: "processing-service",
      availableAtNs: 10e6,
      startedAtNs: 100e6,
      wait,
    };
    const rows = waterfallRows(
      answer({ spans, deliveries: [delivery] as unknown as OrderAnswer["deliveries"] }),
    );
    expect(rows.map(({ id, depth }) => [id, depth])).toEqual([
      ["send", 0],
      ["wait process", 1],
      ["process", 1],
    ]);
    expect(rows[1]).toMatchObject({
      fromMs: 10,
      toMs: 100,
      span: own,
      segments: [
        { fromMs: 10, toMs: 90, cause: "same-partition", blocker: { name: "order 3", order: "id3" } },
        { fromMs: 90, toMs: 100, cause: "transport", blocker: undefined },
      ],
    });
  });

  it("covers the time of its rows", () => {
    expect(
      extentOf(waterfallRows(answer({ spans: [span("a", undefined, 5, 9), span("b", undefined, 7, 12)] }))),
    ).toEqual({
      fromMs: 5,
      toMs: 12,
    });
    expect(extentOf([])).toEqual({ fromMs: 0, toMs: 1 });
  });
});
