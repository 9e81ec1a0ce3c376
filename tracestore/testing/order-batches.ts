import { randomBytes } from "node:crypto";
import type { ResourceSpans, Span } from "../otlp/model.ts";
import { sampleAttributes, sampleResource, sampleSpan } from "./sample.ts";

const spansPerTrace = 16;
const services = ["api-service", "processing-service", "notification-service", "analytics-service"];
/** Orders are a millisecond apart, so they start in the past: searches look back from now. */
let clockNs = BigInt(Date.now() - 3_600_000) * 1_000_000n;
let orders = 0;

/** The trace of one order: sixteen spans in four services, each with ten attributes and an event. */
function orderSpans(): { service: string; span: Span }[] {
  const traceId = randomBytes(16).toString("hex");
  const orderId = `order-${orders++}`;
  clockNs += 1_000_000n;
  let parentSpanId = "";
  return Array.from({ length: spansPerTrace }, (_, i) => {
    const span = sampleSpan({
      traceId,
      spanId: randomBytes(8).toString("hex"),
      parentSpanId,
      flags: 1,
      name: `operation ${i}`,
      kind: 1 + (i % 5),
      startTimeUnixNano: String(clockNs + BigInt(i) * 10_000n),
      endTimeUnixNano: String(clockNs + BigInt(i) * 10_000n + 2_500_000n),
      attributes: sampleAttributes({
        "messaging.system": "kafka",
        "messaging.destination.name": "processed-orders",
        "messaging.destination.partition.id": String(i % 3),
        "messaging.kafka.offset": orders,
        "holdup.order_id": orderId,
        "workload.type": "cpu_heavy",
        "workload.intensity": "medium",
        "resource.cpu.avg": 97.5 + i,
        "resource.memory.avg_mb": 81.25,
        "resource.samples": i,
      }),
      events: [
        {
          timeUnixNano: String(clockNs),
          name: "committed",
          attributes: sampleAttributes({ partition: i % 3 }),
          droppedAttributesCount: 0,
        },
      ],
    });
    parentSpanId = span.spanId;
    return { service: services[i % services.length] ?? "", span };
  });
}

/** Orders generated so far; their ids are `order-0`, `order-1`, … */
export const orderCount = () => orders;

/** Spans of as many orders as needed, by service. */
export function batchOf(spans: number): ResourceSpans[] {
  const byService = new Map<string, Span[]>(services.map((service) => [service, []]));
  for (let i = 0; i < spans; i += spansPerTrace) {
    for (const { service, span } of orderSpans()) byService.get(service)?.push(span);
  }
  return [...byService].map(([service, list]) => sampleResource(service, list));
}
