import { describe, expect, it } from "vitest";
import { createSpanStore } from "./span-store.ts";
import { handledOrder, sentOrder, startMs, traceIdOf } from "./spans.fixture.ts";

describe("the kept spans", () => {
  it("are kept once, however often they arrive", () => {
    const store = createSpanStore({ maxSpans: 100, maxAgeMs: 60_000 });
    expect(store.add(sentOrder(1, 0))).toBe(true);
    const version = store.version();
    expect(store.add(sentOrder(1, 0))).toBe(false);
    expect([store.size(), store.version()]).toEqual([3, version]);
  });

  it("are kept in their longest version, and both when two share an id", () => {
    const store = createSpanStore({ maxSpans: 100, maxAgeMs: 60_000 });
    const [first] = sentOrder(1, 0);
    if (!first) throw new Error("No span.");
    const longer = { ...first, endNs: first.endNs + 1_000_000n };
    const half = { ...first, kind: "server" as const, service: "other" };
    expect([first, longer, first, half, half].map((span) => store.add([span]))).toEqual([
      true,
      true,
      false,
      true,
      false,
    ]);
    expect([...store.spans()]).toEqual([longer, half]);
    expect(store.size()).toBe(2);
  });

  it("are evicted by whole traces, earliest end first, when there are too many", () => {
    const store = createSpanStore({ maxSpans: 7, maxAgeMs: 60_000 });
    for (const [order, atMs] of [
      [1, 0],
      [2, -1000],
      [3, 1000],
    ] as const)
      store.add(sentOrder(order, atMs));
    store.evict(startMs + 2000);
    expect(store.trace(traceIdOf(2))).toBeUndefined();
    expect(store.size()).toBe(6);
    expect(store.keptFromMs()).toBe(startMs - 999);
  });

  it("are evicted when they are old", () => {
    const store = createSpanStore({ maxSpans: 100, maxAgeMs: 60_000 });
    store.add(sentOrder(1, 0));
    store.add(sentOrder(2, 30_000));
    store.evict(startMs + 70_000);
    expect([...store.traces()].map(({ traceId }) => traceId)).toEqual([traceIdOf(2)]);
  });

  it("show the item of a trace, the topics it was sent to, and where it was handled", () => {
    const store = createSpanStore({ maxSpans: 100, maxAgeMs: 60_000 });
    store.add(handledOrder(1, { atMs: 0, fromMs: 10, toMs: 20 }).toReversed());
    expect(store.trace(traceIdOf(1))).toMatchObject({
      orderId: "order-id-1",
      item: "item-1",
      startMs: startMs - 5,
      endMs: startMs + 20,
      sent: new Map([["orders", startMs]]),
      handled: new Set(["orders"]),
    });
  });
});
