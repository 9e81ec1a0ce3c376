import { type HrTime, trace } from "@opentelemetry/api";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { IncomingMessage } from "../kafka/messages.ts";
import type { OperationResult } from "../pipeline/order.ts";
import { createDeliveries, type Deliveries, type DeliveryEvent, type OpenDelivery } from "./deliveries.ts";

const startMs = 1_000_000_000_000;
const ms = 1_000_000;

beforeEach(() => {
  vi.useFakeTimers({ now: startMs, toFake: ["Date", "performance"] });
  return () => vi.useRealTimers();
});

function message(partition: number, offset: number): IncomingMessage {
  return {
    partition,
    offset: `${offset}`,
    key: null,
    value: null,
    headers: {},
    recordTimeMs: startMs,
    assignedAtMs: startMs,
    fetchedAtMs: undefined,
  };
}

/** A delivery by partition, offset, start and end in ms; without an end it is still being handled. */
type Times = readonly [partition: number, offset: number, fromMs: number, toMs?: number];

function handle(deliveries: Deliveries, all: readonly Times[]) {
  const moments = all
    .flatMap(([partition, offset, fromMs, toMs]) => [
      { atMs: fromMs, isEnd: false, partition, offset },
      ...(toMs === undefined ? [] : [{ atMs: toMs, isEnd: true, partition, offset }]),
    ])
    .sort((a, b) => a.atMs - b.atMs || Number(b.isEnd) - Number(a.isEnd));
  const open = new Map<string, OpenDelivery>();
  for (const { atMs, isEnd, partition, offset } of moments) {
    vi.advanceTimersByTime(startMs + atMs - Date.now());
    const name = `${partition} ${offset}`;
    if (isEnd) open.get(name)?.end("done");
    else open.set(name, deliveries.begin(message(partition, offset), undefined));
  }
}

function remember(most: number, longestMs: number, ...all: readonly Times[]) {
  const deliveries = createDeliveries({ consumer: "c", concurrency: 1, most, longestNs: longestMs * ms });
  handle(deliveries, all);
  return (atMs: number) => deliveries.since(deliveries.toNs(startMs + atMs)).map(({ offset }) => offset);
}

describe("the memory of deliveries", () => {
  it("returns what was being handled after a moment, and the last delivery of each partition before it", () => {
    const since = remember(
      100,
      1000,
      [0, 1, 0, 10],
      [0, 2, 10, 20],
      [7, 71, 20, 30],
      [0, 3, 30, 40],
      [7, 72, 40],
    );
    expect(since(25)).toEqual([2, 71, 3, 72]);
    expect(since(50)).toEqual([71, 3, 72]);
  });

  it("keeps at most its limit, and drops the oldest first", () => {
    const many = Array.from({ length: 50 }, (_, n): Times => [0, n, n, n + 1]);
    expect(remember(5, 1000, ...many)(0)).toEqual([45, 46, 47, 48, 49]);
  });

  it("keeps what is being handled, however many deliveries came later", () => {
    const many = Array.from({ length: 50 }, (_, n): Times => [0, n, n, n + 1]);
    expect(remember(3, 1000, [7, 71, 0], ...many)(0)).toEqual([71, 48, 49]);
  });

  it("forgets what ended too long ago", () => {
    expect(remember(100, 10, [0, 1, 0, 5], [0, 2, 5, 12], [0, 3, 20])(0)).toEqual([2, 3]);
  });

  it("does not treat deliveries of a partition as concurrent because spans start at whole milliseconds", () => {
    const deliveries = createDeliveries({ consumer: "c", concurrency: 1 });
    const first = deliveries.begin(message(0, 1), undefined);
    vi.advanceTimersByTime(10.6);
    first.end("done");
    const startTime: HrTime = [startMs / 1000, 10 * ms];
    const context = { traceId: "", spanId: "", traceFlags: 0 };
    const second = deliveries.begin(
      message(0, 2),
      Object.assign(trace.wrapSpanContext(context), { startTime }),
    );
    expect(first.delivery.endNs).toBe(second.delivery.startNs);
  });
});

describe("the deliveries of a consumer", () => {
  const result = (runMs: number): OperationResult => ({
    span: "business_logic",
    type: "cpu_heavy",
    intensity: "light",
    operation: "json_processing",
    items: 1,
    checksum: "",
    runMs,
  });

  it("show what is reported after they begin, until they end", () => {
    const deliveries = createDeliveries({ consumer: "c", concurrency: 1 });
    const open = deliveries.begin(message(0, 1), undefined);
    expect(deliveries.underWay()).toMatchObject([{ orderId: undefined, longest: undefined }]);
    open.record({ type: "identified", orderId: "late" });
    open.record({ type: "operation-ended", result: result(20) });
    open.record({ type: "operation-ended", result: result(10) });
    expect(deliveries.underWay()).toMatchObject([{ orderId: "late", longest: { runMs: 20 } }]);
    open.end("done");
    expect(deliveries.underWay()).toEqual([]);
  });

  it("publish every event to every subscriber, from begin to end", () => {
    const deliveries = createDeliveries({ consumer: "c", concurrency: 1 });
    const seen: DeliveryEvent[] = [];
    deliveries.subscribe((_, event) => void seen.push(event));
    const open = deliveries.begin(message(0, 1), undefined);
    open.record({ type: "skipped", because: "done" });
    open.end("skipped");
    expect(seen).toMatchObject([
      { type: "begun" },
      { type: "skipped", because: "done" },
      { type: "ended", outcome: "skipped" },
    ]);
  });
});
