import type { Span } from "@opentelemetry/api";
import { failSpan } from "../telemetry/spans.ts";
import type { Delivery, Subscriber } from "./deliveries.ts";

/** Adds to the CONSUMER span of each delivery what the instrumentation does not record. */
export function consumerSpans(consumer: {
  readonly group: string;
  readonly instance: string;
  readonly concurrency: number;
}): Subscriber {
  const spans = new Map<Delivery, Span>();

  return (delivery, event) => {
    const span = event.type === "begun" ? event.span : spans.get(delivery);
    if (!span) return;
    switch (event.type) {
      case "begun": {
        const { recordTimeMs, assignedAtMs, fetchedAtMs } = event.message;
        spans.set(delivery, span);
        span.setAttributes({
          "messaging.consumer.group.name": consumer.group,
          "messaging.client.id": consumer.instance,
          "messaging.kafka.message.timestamp": recordTimeMs,
          "holdup.consumer.concurrency": consumer.concurrency,
          ...(assignedAtMs !== undefined && { "holdup.partition.assigned_at": assignedAtMs }),
          ...(fetchedAtMs !== undefined && { "holdup.fetched_at": fetchedAtMs }),
        });
        break;
      }
      case "identified":
        span.setAttribute("holdup.order.id", event.orderId);
        break;
      case "skipped":
        span.setAttribute("holdup.delivery.skipped", event.because);
        break;
      case "retrying":
        span.addEvent("retry", {
          "holdup.attempt": event.attempt,
          "holdup.retry.delay_ms": event.delayMs,
          "error.type": event.error.code,
        });
        break;
      case "failed":
        failSpan(span, event.error);
        span.setAttribute("holdup.dead_letter", true);
        break;
      case "ended":
        spans.delete(delivery);
        break;
    }
  };
}
