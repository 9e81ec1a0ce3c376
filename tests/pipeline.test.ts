import { randomUUID } from "node:crypto";
import { describe, expect, inject, it, onTestFinished, vi } from "vitest";
import { orderMessage } from "../shared/pipeline/order.ts";
import { operationSpans, stageNames } from "../shared/pipeline/stages.ts";
import { testKafka } from "./kafka.ts";
import { accept, allDone, post, readOrder } from "./orders.ts";
import { edges, edgesOfAnOrder, readTrace, type SpanView, spansOfAnOrder, withoutWaits } from "./traces.ts";

const apiUrl = inject("apiUrl");
const jaegerUrl = inject("jaegerUrl");
const patience = { timeout: 20_000, interval: 100 };

async function exactTrace(traceId: string): Promise<SpanView[]> {
  return vi.waitFor(async () => {
    const spans = withoutWaits(await readTrace(jaegerUrl, traceId));
    expect(spans).toHaveLength(spansOfAnOrder);
    return spans;
  }, patience);
}

/** Headers of the messages of some orders in a topic. */
async function headersOf(
  topic: string,
  orderIds: readonly string[],
): Promise<Map<string, Record<string, string>>> {
  const consumer = testKafka(inject("kafkaBrokers")).consumer({
    groupId: randomUUID(),
    maxWaitTimeInMs: 100,
  });
  onTestFinished(() => consumer.disconnect());
  const found = new Map<string, Record<string, string>>();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ message }) => {
      const { orderId } = orderMessage.parse(JSON.parse(String(message.value)));
      const headers = Object.entries(message.headers ?? {}).map(([name, value]) => [name, String(value)]);
      if (orderIds.includes(orderId)) found.set(orderId, Object.fromEntries(headers));
    },
  });
  await vi.waitFor(() => expect(found.size).toBe(orderIds.length), patience);
  return found;
}

function named(spans: readonly SpanView[], name: string): SpanView {
  const found = spans.find((span) => span.name === name);
  if (!found) throw new Error(`no span ${name}`);
  return found;
}

describe("a burst", () => {
  it("gives each order one trace across all hops", async () => {
    const orders = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        accept(apiUrl, { item: `product-${n % 5}`, quantity: n + 1, seed: n }),
      ),
    );
    await allDone(apiUrl, orders);
    expect(new Set(orders.map(({ traceId }) => traceId)).size).toBe(20);
    for (const { traceId } of orders) expect(edges(await exactTrace(traceId))).toEqual(edgesOfAnOrder);
  });
});

describe("the trace of an order", () => {
  it("shows the partition of each delivery, which consumer handled it, and when the record was written", async () => {
    const order = await accept(apiUrl, { item: "located", quantity: 1 });
    await allDone(apiUrl, [order]);
    const spans = await exactTrace(order.traceId);
    const { tags, startUs } = named(spans, "process orders");
    expect(tags).toMatchObject({
      "span.kind": "consumer",
      "messaging.system": "kafka",
      "messaging.destination.name": "orders",
      "messaging.kafka.message.key": "located",
      "messaging.consumer.group.name": "processing-service",
      "messaging.client.id": expect.stringMatching(/^processing-service-/),
      "messaging.destination.partition.id": expect.stringMatching(/^[0-2]$/),
      "messaging.kafka.offset": expect.stringMatching(/^\d+$/),
      "holdup.order.id": order.orderId,
      "holdup.consumer.concurrency": 1,
      "holdup.partition.assigned_at": expect.any(Number),
      "holdup.fetched_at": expect.any(Number),
    });
    expect(Number(tags["holdup.fetched_at"])).toBeGreaterThanOrEqual(
      Number(tags["holdup.partition.assigned_at"]),
    );
    const recordMs = Number(tags["messaging.kafka.message.timestamp"]);
    expect(recordMs * 1000).toBeLessThanOrEqual(startUs + 1000);
    expect(named(spans, "send orders").tags).toMatchObject({ "span.kind": "producer" });
  });

  it("shows what each operation did", async () => {
    const workload = { data_transformation: "json_processing", business_logic: "extreme_cpu_computation" };
    const order = await accept(apiUrl, { item: "forced", quantity: 1, seed: 7, workload });
    await allDone(apiUrl, [order]);
    const spans = await exactTrace(order.traceId);
    expect(named(spans, "business_logic").tags).toMatchObject({
      "workload.type": "cpu_heavy",
      "workload.intensity": "severe",
      "workload.operation": "extreme_cpu_computation",
      "workload.items": expect.any(Number),
      "workload.seed": expect.any(Number),
      "workload.threads": expect.any(Number),
      "workload.queue_ms": expect.any(Number),
    });
    expect(named(spans, "data_transformation").tags["workload.operation"]).toBe("json_processing");
  });

  it("shows what each operation cost", async () => {
    const workload = {
      business_logic: "intensive_prime_computation",
      data_transformation: "json_processing",
    };
    const order = await accept(apiUrl, { item: "costly", quantity: 1, seed: 3, workload });
    await allDone(apiUrl, [order]);
    const operations = (await exactTrace(order.traceId)).filter(({ tags }) => "workload.operation" in tags);
    expect(operations).toHaveLength(operationSpans.length);
    for (const { tags, startUs, endUs } of operations) {
      const spanMs = (endUs - startUs) / 1000;
      const cpuMs = Number(tags["resource.cpu.time_ms"]);
      expect(cpuMs).toBeGreaterThan(0);
      expect(cpuMs).toBeLessThanOrEqual(spanMs * Number(tags["workload.threads"]) + 1);
      expect(Number(tags["resource.cpu.min"])).toBeLessThanOrEqual(Number(tags["resource.cpu.avg"]));
      expect(Number(tags["resource.cpu.max"])).toBeGreaterThanOrEqual(Number(tags["resource.cpu.avg"]));
      expect(Number(tags["resource.samples"])).toBeGreaterThanOrEqual(2);
      expect(Number(tags["resource.memory.min_mb"])).toBeGreaterThan(20);
      expect(Object.keys(tags)).toEqual(
        expect.arrayContaining([
          "resource.cpu_bound",
          "resource.process.cpu.avg",
          "resource.memory.avg_mb",
          "resource.memory.max_mb",
          "resource.memory_threshold_exceeded",
          "resource.event_loop.delay.max_ms",
          "resource.event_loop.utilization",
        ]),
      );
    }
  });

  it("has the same work when the same seed is sent again", async () => {
    const send = async () => {
      const order = await accept(apiUrl, { item: "again", quantity: 1, seed: 42 });
      await allDone(apiUrl, [order]);
      const spans = await exactTrace(order.traceId);
      return spans
        .filter(({ tags }) => "workload.seed" in tags)
        .map(({ name, tags }) => [
          name,
          tags["workload.operation"],
          tags["workload.items"],
          tags["workload.seed"],
        ])
        .sort();
    };
    const first = await send();
    expect(first).toHaveLength(operationSpans.length);
    expect(await send()).toEqual(first);
  });

  it("continues the caller's trace", async () => {
    const traceId = "0af7651916cd43dd8448eb211c80319c";
    const order = await accept(
      apiUrl,
      { item: "a", quantity: 1 },
      { traceparent: `00-${traceId}-b7ad6b7169203331-01` },
    );
    expect(order.traceId).toBe(traceId);
  });

  it.each([
    "00-00000000000000000000000000000000-b7ad6b7169203331-01",
    "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
    "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    "00-0AF7651916CD43DD8448EB211C80319C-B7AD6B7169203331-01",
    "nonsense",
  ])("starts a new trace when the caller's traceparent is %s", async (traceparent) => {
    const { traceId } = await accept(apiUrl, { item: "a", quantity: 1 }, { traceparent });
    expect(traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(traceparent).not.toContain(traceId);
  });

  it("is named in the answer's traceresponse and link", async () => {
    const { status, headers, body } = await post(apiUrl, { item: "a", quantity: 1 });
    expect(status).toBe(202);
    expect(headers.get("traceresponse")).toMatch(new RegExp(`^00-${body.traceId}-[0-9a-f]{16}-01$`));
    expect(body.links).toEqual({
      order: `/order/${body.orderId}`,
      trace: `${jaegerUrl}/trace/${body.traceId}`,
    });
  });
});

describe("an order", () => {
  it("carries baggage along, unless it is too large: then the order is accepted without it", async () => {
    const baggage = Array.from({ length: 300 }, (_, n) => `key${n}=${"v".repeat(60)}`).join(",");
    const laden = await accept(apiUrl, { item: "laden", quantity: 1 }, { baggage });
    const packed = await accept(apiUrl, { item: "packed", quantity: 1 }, { baggage: "tier=gold" });
    await allDone(apiUrl, [laden, packed]);
    const headers = await headersOf("notified-orders", [laden.orderId, packed.orderId]);
    expect(headers.get(packed.orderId)).toMatchObject({
      baggage: "tier=gold",
      traceparent: expect.any(String),
    });
    expect(headers.get(laden.orderId)).toEqual({ traceparent: expect.any(String) });
  });

  it("shows which stages are done, with their times", async () => {
    const order = await accept(apiUrl, { item: "followed", quantity: 3 });
    await allDone(apiUrl, [order]);
    const record = await readOrder(apiUrl, order.orderId);
    expect(record).toMatchObject({
      orderId: order.orderId,
      traceId: order.traceId,
      item: "followed",
      quantity: 3,
    });
    const times = [record.acceptedAt];
    for (const stage of stageNames) {
      times.push(record.stages[stage].startedAt, record.stages[stage].endedAt);
    }
    expect(times).toEqual([...times].sort());
  });

  it("keeps its place among those of the same item", async () => {
    const orders = [];
    for (let n = 0; n < 6; n += 1)
      orders.push(await accept(apiUrl, { item: "in-sequence", quantity: n + 1 }));
    await allDone(apiUrl, orders);
    const traces = await Promise.all(orders.map(({ traceId }) => exactTrace(traceId)));
    const taken = traces.map((spans) => named(spans, "process notified-orders"));
    const offsets = taken.map(({ tags }) => Number(tags["messaging.kafka.offset"]));
    expect(new Set(taken.map(({ tags }) => tags["messaging.destination.partition.id"])).size).toBe(1);
    expect(offsets).toEqual([...offsets].sort((a, b) => a - b));
    taken.slice(1).forEach((span, n) => {
      expect(span.startUs).toBeGreaterThanOrEqual((taken[n]?.endUs ?? 0) - 1000);
    });
  });
});
