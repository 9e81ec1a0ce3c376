import {
  type Attributes,
  type Context,
  type HrTime,
  type Link,
  type SpanContext,
  TraceFlags,
  trace,
} from "@opentelemetry/api";
import { createLanes } from "../../explain/waits/lanes.ts";
import type { Wait } from "../../explain/waits/wait.ts";
import type { Logger } from "../telemetry/log.ts";
import { contextOf, startTimeOf } from "../telemetry/spans.ts";
import type { Deliveries, Delivery, DeliveryEvent } from "./deliveries.ts";

/** Cutting waits takes at most 1/n of the time, however long the backlog. */
const dutyCycle = 20;

const tracer = trace.getTracer("holdup");

/** A delivery whose wait will get a span. */
type Waited = {
  readonly delivery: Delivery;
  readonly availableNs: number;
  /** Context of the CONSUMER span, whose start ends the wait. */
  readonly startTime: HrTime;
  readonly parent: Context;
};

export type WaitSpans = {
  /** Writes the pending spans. */
  flush(): void;
};

/**
 * Writes a span for each wait of at least `minMs`, with what this process did meanwhile.
 *
 *     send orders ──┐ available                     started
 *                   ├─ wait orders ────────────────┤
 *                   └──────────────────────────────├─ process orders ─┤
 *
 * The wait is cut into causes as in explain. All waits that have ended since the last cut are cut together; the longer a cut
 * takes, the later the next one.
 */
export function createWaitSpans(options: {
  readonly deliveries: Deliveries;
  readonly topic: string;
  readonly minMs: number;
  readonly log: Logger;
}): WaitSpans {
  const { deliveries, topic, minMs, log } = options;
  let pending: Waited[] = [];
  let timer: NodeJS.Timeout | undefined;
  let pauseMs = 0;

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    if (pending.length === 0) return;
    const begunMs = performance.now();
    try {
      const earliestNs = Math.min(...pending.map(({ availableNs }) => availableNs));
      const lanes = createLanes(deliveries.since(earliestNs));
      for (const one of pending) write(topic, one, lanes.wait(one.delivery, one.availableNs));
    } catch (thrown) {
      // Orders are more important than their wait spans.
      log.error({ err: thrown }, "wait spans could not be written");
    }
    pending = [];
    pauseMs = (performance.now() - begunMs) * (dutyCycle - 1);
  }

  function addWait(delivery: Delivery, { message, span }: Extract<DeliveryEvent, { type: "begun" }>): void {
    const startTime = span && startTimeOf(span);
    const waitNs = delivery.startNs - (delivery.availableNs ?? delivery.startNs);
    if (!startTime || !isSampled(span.spanContext()) || waitNs <= 0 || waitNs < minMs * 1e6) return;
    const sent = contextOf(message.headers);
    const parent = trace.getSpanContext(sent) ? sent : trace.setSpan(sent, span);
    pending.push({ delivery, availableNs: delivery.startNs - waitNs, startTime, parent });
    timer ??= setTimeout(flush, pauseMs).unref();
  }

  deliveries.subscribe((delivery, event) => {
    if (event.type === "begun") addWait(delivery, event);
  });
  return { flush };
}

function isSampled({ traceFlags }: SpanContext): boolean {
  return (traceFlags & TraceFlags.SAMPLED) !== 0;
}

function toMs(ns: number): number {
  return Math.round(ns / 1000) / 1000;
}

function write(topic: string, { delivery, startTime, parent }: Waited, wait: Wait<Delivery>): void {
  const { orderId, recordTimeMs } = delivery;
  const links = wait.blockers.flatMap(({ run: { spanContext: context }, ns }): Link[] =>
    context && isSampled(context) ? [{ context, attributes: { "holdup.blocked_by.ms": toMs(ns) } }] : [],
  );
  const attributes = { ...(orderId && { "holdup.order.id": orderId }), ...attributesOf(wait) };
  tracer.startSpan(`wait ${topic}`, { startTime: recordTimeMs, attributes, links }, parent).end(startTime);
}

function attributesOf(wait: Wait<Delivery>): Attributes {
  const causes = Object.entries(wait.byCause).sort(([, a], [, b]) => b - a);
  const [worst] = wait.blockers;
  return {
    "holdup.wait.ms": toMs(wait.ns),
    "holdup.wait.cause": causes[0]?.[0] ?? "unexplained",
    "holdup.wait.behind": wait.behind,
    ...Object.fromEntries(
      causes.map(([cause, ns]) => [`holdup.wait.${cause.replaceAll("-", "_")}_ms`, toMs(ns)]),
    ),
    ...(worst && blockerAttributes(worst.run, worst.ns)),
  };
}

function blockerAttributes(
  { orderId, spanContext, partition, offset, longest }: Delivery,
  ns: number,
): Attributes {
  return {
    ...(orderId && { "holdup.blocked_by.order_id": orderId }),
    ...(spanContext && {
      "holdup.blocked_by.trace_id": spanContext.traceId,
      "holdup.blocked_by.span_id": spanContext.spanId,
    }),
    "holdup.blocked_by.partition": partition,
    "holdup.blocked_by.offset": offset,
    ...(longest && { "holdup.blocked_by.operation": longest.operation }),
    "holdup.blocked_by.ms": toMs(ns),
  };
}
