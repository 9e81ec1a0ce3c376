import type { Attributes, Span } from "../../../explain/span.ts";

export const startMs = 1_700_000_000_000;
const traceId = (order: number) => order.toString(16).padStart(32, "0");
const spanId = (order: number, n: number) => (order * 100 + n).toString(16).padStart(16, "0");

export const orderIdOf = (order: number) => `order-id-${order}`;
export { traceId as traceIdOf };

function span(order: number, n: number, given: Partial<Span> & { fromMs: number; toMs: number }): Span {
  const { fromMs, toMs, ...rest } = given;
  return {
    traceId: traceId(order),
    spanId: spanId(order, n),
    name: `span ${n}`,
    service: "api-service",
    startNs: nsAt(fromMs),
    endNs: nsAt(toMs),
    attributes: {},
    ...rest,
  };
}

function nsAt(ms: number): bigint {
  return BigInt(startMs) * 1_000_000n + BigInt(Math.round(ms * 1e6));
}

const messaging = (topic: string, more: Attributes): Attributes => ({
  "messaging.system": "kafka",
  "messaging.destination.name": topic,
  ...more,
});

/** An order accepted at `atMs` and not handled yet: its root, creation and producer spans. */
export function sentOrder(order: number, atMs: number): Span[] {
  const created = { "holdup.order.id": orderIdOf(order), "holdup.order.item": `item-${order}` };
  return [
    span(order, 1, { name: "POST /order", kind: "server", fromMs: atMs - 5, toMs: atMs + 1 }),
    span(order, 2, {
      name: "create_order",
      parentSpanId: spanId(order, 1),
      attributes: created,
      fromMs: atMs - 4,
      toMs: atMs + 1,
    }),
    span(order, 3, {
      name: "send orders",
      kind: "producer",
      parentSpanId: spanId(order, 2),
      attributes: messaging("orders", {}),
      fromMs: atMs - 1,
      toMs: atMs,
    }),
  ];
}

/** The same, handled by processing with one operation. */
export function handledOrder(
  order: number,
  times: { readonly atMs: number; readonly fromMs: number; readonly toMs: number },
  {
    intensity = "severe",
    failed = false,
    partition = 0,
  }: { intensity?: string; failed?: boolean; partition?: number } = {},
): Span[] {
  const { atMs, fromMs, toMs } = times;
  const service = "processing-service";
  const resource = { "service.instance.id": "processing-service-1" };
  return [
    ...sentOrder(order, atMs),
    span(order, 4, {
      name: "process orders",
      kind: "consumer",
      service,
      resource,
      parentSpanId: spanId(order, 3),
      failed,
      attributes: messaging("orders", {
        "messaging.consumer.group.name": service,
        "messaging.destination.partition.id": `${partition}`,
        "messaging.kafka.offset": order,
        "messaging.client.id": "processing-service-1",
        "messaging.kafka.message.key": `item-${order}`,
        "holdup.order.id": orderIdOf(order),
        "holdup.consumer.concurrency": 1,
      }),
      fromMs,
      toMs,
    }),
    span(order, 5, {
      name: "business_logic",
      service,
      resource,
      parentSpanId: spanId(order, 4),
      attributes: { "workload.operation": "extreme_cpu_computation", "workload.intensity": intensity },
      fromMs: fromMs + 1,
      toMs: toMs - 1,
    }),
  ];
}
