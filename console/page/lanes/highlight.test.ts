import { describe, expect, it } from "vitest";
import type { OrderAnswer } from "../../api.ts";
import { bar } from "./bar.fixture.ts";
import { highlightOf } from "./highlight.ts";

const severe = bar({ id: "t1/s1", order: "1", startedAtMs: 0, endedAtMs: 100 });
const held = bar({
  id: "t2/s2",
  order: "2",
  availableAtMs: 10,
  startedAtMs: 100,
  endedAtMs: 110,
  cause: "same-partition",
  blockedBy: "t1/s1",
  blockedMs: 90,
});
const onward = bar({ id: "t2/s3", order: "2", topic: "processed-orders", startedAtMs: 112, endedAtMs: 120 });
const bars = [onward, held, severe];

describe("the highlight of a selected order", () => {
  it("has its deliveries and what blocked it", () => {
    const highlight = highlightOf("2", bars);
    expect(highlight?.deliveries).toEqual([held, onward]);
    expect([...(highlight?.blockers ?? [])]).toEqual([["t1/s1", 90]]);
    expect(highlight?.waits).toEqual([
      { bar: held, segments: [{ fromMs: 10, toMs: 100, cause: "same-partition", blockedBy: "t1/s1" }] },
    ]);
  });

  it("has what it blocked", () => {
    expect([...(highlightOf("1", bars)?.blocked ?? [])]).toEqual(["t2/s2"]);
  });

  it("has the segments of its waits and all blockers once the server has answered", () => {
    const evidence = [{ traceId: "t1", spanId: "s1" }];
    const segment = { proven: true, evidence };
    const answer = {
      order: { id: "2" },
      originMs: 5,
      deliveries: [
        {
          traceId: "t2",
          spanId: "s2",
          wait: {
            blockers: [
              { traceId: "t0", spanId: "s0", ns: 1e6 },
              { traceId: "t1", spanId: "s1", ns: 80e6 },
            ],
            segments: [
              { ...segment, cause: "same-partition", fromAtNs: 5e6, toAtNs: 85e6 },
              { ...segment, cause: "transport", fromAtNs: 85e6, toAtNs: 95e6, evidence: [] },
            ],
          },
        },
      ],
    } as unknown as OrderAnswer;
    const highlight = highlightOf("2", bars, answer);
    expect([...(highlight?.blockers ?? [])]).toEqual([
      ["t1/s1", 80],
      ["t0/s0", 1],
    ]);
    expect(highlight?.waits[0]?.segments).toEqual([
      { fromMs: 10, toMs: 90, cause: "same-partition", blockedBy: "t1/s1" },
      { fromMs: 90, toMs: 100, cause: "transport", blockedBy: undefined },
    ]);
    expect(highlightOf("1", bars, answer)?.waits).toEqual([]);
  });

  it("is undefined when the order has no bars", () => {
    expect(highlightOf("9", bars)).toBeUndefined();
  });
});
