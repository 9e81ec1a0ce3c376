import { type SpanContext, type SpanOptions, TraceFlags, trace } from "@opentelemetry/api";
import { pino } from "pino";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { OperationResult } from "../pipeline/order.ts";
import { startSpansWith } from "../telemetry/test-tracer.fixture.ts";
import { createDeliveries } from "./deliveries.ts";
import { createWaitSpans } from "./wait-spans.ts";

const log = pino({ level: "silent" });
const available = 1_000_000_000_000;

type Written = { name: string; options: SpanOptions; parent: SpanContext | undefined; endTime: unknown };
const written: Written[] = [];
startSpansWith((name, options = {}, context) => {
  const parent = context && trace.getSpanContext(context);
  const span = trace.wrapSpanContext({ traceId: "", spanId: "", traceFlags: 0 });
  span.end = (endTime) => void written.push({ name, options, parent, endTime });
  return span;
});

beforeEach(() => {
  written.length = 0;
  vi.useFakeTimers({ now: available, toFake: ["Date", "performance", "setTimeout", "clearTimeout"] });
  return () => vi.useRealTimers();
});

let spans = 0;
/** A span as the SDK creates it: it starts now. */
function startSpan(traceFlags: number = TraceFlags.SAMPLED) {
  spans += 1;
  const context = { traceId: "a".repeat(32), spanId: `${spans}`.padStart(16, "0"), traceFlags };
  const now = Date.now();
  return Object.assign(trace.wrapSpanContext(context), {
    startTime: [Math.floor(now / 1000), (now % 1000) * 1_000_000],
  });
}

function setUp({ concurrency = 1, minMs = 5 } = {}) {
  const deliveries = createDeliveries({ consumer: "c", concurrency });
  const waits = createWaitSpans({ deliveries, topic: "orders", minMs, log });
  const begin = (partition: number, offset: number, span = startSpan()) =>
    deliveries.begin(
      {
        partition,
        offset: `${offset}`,
        key: null,
        value: null,
        headers: {},
        recordTimeMs: available,
        assignedAtMs: available - 1000,
        fetchedAtMs: undefined,
      },
      span,
    );
  const handle = (partition: number, offset: number, ms: number) => {
    const open = begin(partition, offset);
    vi.advanceTimersByTime(ms);
    open.end("done");
    return open;
  };
  return { waits, begin, handle };
}

const severe: OperationResult = {
  span: "business_logic",
  type: "cpu_heavy",
  intensity: "severe",
  operation: "extreme_cpu_computation",
  items: 1,
  checksum: "",
  runMs: 290,
};

const attributes = () => written.map(({ options }) => options.attributes);

describe("a wait span", () => {
  it("names the delivery that blocked it longest, and links to all of them", () => {
    const { waits, begin, handle } = setUp();
    handle(0, 1, 20);
    const long = handle(0, 2, 300);
    long.record({ type: "identified", orderId: "long" });
    long.record({ type: "operation-ended", result: severe });
    handle(1, 9, 40);
    begin(0, 3).record({ type: "identified", orderId: "own" });
    waits.flush();
    expect(attributes().at(-1)).toEqual({
      "holdup.order.id": "own",
      "holdup.wait.ms": 360,
      "holdup.wait.cause": "same-partition",
      "holdup.wait.behind": 3,
      "holdup.wait.same_partition_ms": 320,
      "holdup.wait.same_consumer_ms": 40,
      "holdup.blocked_by.order_id": "long",
      "holdup.blocked_by.trace_id": "a".repeat(32),
      "holdup.blocked_by.span_id": long.delivery.spanContext?.spanId,
      "holdup.blocked_by.partition": 0,
      "holdup.blocked_by.offset": 2,
      "holdup.blocked_by.operation": "extreme_cpu_computation",
      "holdup.blocked_by.ms": 300,
    });
    expect(written.at(-1)).toMatchObject({
      name: "wait orders",
      options: { startTime: available },
      endTime: [available / 1000, 360_000_000],
    });
    const blockedMs = written.at(-1)?.options.links?.map((link) => link.attributes?.["holdup.blocked_by.ms"]);
    expect(blockedMs).toEqual([300, 40, 20]);
  });

  it("charges an earlier delivery of the same message to retry", () => {
    const { waits, begin, handle } = setUp();
    handle(0, 1, 50);
    begin(0, 1);
    waits.flush();
    expect(attributes()).toEqual([
      expect.objectContaining({ "holdup.wait.cause": "retry", "holdup.wait.retry_ms": 50 }),
    ]);
  });

  it("shares the blame among the deliveries being handled when every slot is busy", () => {
    const { waits, begin, handle } = setUp({ concurrency: 2 });
    begin(0, 1);
    handle(1, 5, 100);
    begin(2, 8);
    waits.flush();
    expect(attributes()).toEqual([
      expect.objectContaining({ "holdup.wait.capacity_ms": 100, "holdup.wait.behind": 2 }),
    ]);
  });

  it("is a child of the delivery's own span when the message has no trace context", () => {
    const { waits, begin, handle } = setUp();
    handle(0, 1, 50);
    const span = startSpan();
    begin(0, 2, span);
    waits.flush();
    expect(written.map(({ parent }) => parent)).toEqual([span.spanContext()]);
  });

  it("is written without a flush", () => {
    const { begin, handle } = setUp();
    handle(0, 1, 50);
    begin(0, 2);
    vi.advanceTimersToNextTimer();
    expect(written).toHaveLength(1);
  });
});

describe("no wait span", () => {
  it("is written for a wait below the minimum", () => {
    const { waits, begin, handle } = setUp({ minMs: 50 });
    handle(0, 1, 49);
    begin(0, 2);
    waits.flush();
    expect(written).toEqual([]);
  });

  it("is written for a message that did not wait, even with a minimum of 0", () => {
    const { waits, begin } = setUp({ minMs: 0 });
    begin(0, 1);
    waits.flush();
    expect(written).toEqual([]);
  });

  it("is written when the trace is not sampled, although its deliveries still block others", () => {
    const { waits, begin } = setUp();
    const unsampled = begin(0, 1, startSpan(TraceFlags.NONE));
    vi.advanceTimersByTime(50);
    unsampled.end("done");
    begin(0, 2, startSpan(TraceFlags.NONE)).end("done");
    waits.flush();
    expect(written).toEqual([]);
    begin(0, 3);
    waits.flush();
    expect(attributes()).toEqual([expect.objectContaining({ "holdup.wait.same_partition_ms": 50 })]);
    expect(written[0]?.options.links).toEqual([]);
  });
});
