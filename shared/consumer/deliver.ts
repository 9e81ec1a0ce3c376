import { type Span, SpanStatusCode, trace } from "@opentelemetry/api";
import { HoldupError, toHoldupError } from "../../core/errors.ts";
import type { Publisher } from "../kafka/publisher.ts";
import {
  type OperationResult,
  type Order,
  orderMessage,
  type StageSection,
  type WorkOrder,
} from "../pipeline/order.ts";
import type { OrderStore } from "../pipeline/order-store.ts";
import { deadLetterTopic } from "../pipeline/stages.ts";
import type { OperationSpan } from "../pipeline/workload-names.ts";
import type { Logger } from "../telemetry/log.ts";
import { type AttemptOptions, withAttempts } from "./attempts.ts";
import { bury } from "./dead-letter.ts";
import type { Stage } from "./define-stage.ts";
import type { Delivery } from "./delivery.ts";
import type { Handling } from "./recent-runs.ts";

export type DeliverContext = {
  readonly stage: Stage;
  readonly store: OrderStore;
  readonly publisher: Publisher;
  readonly runOperation: (span: OperationSpan, order: WorkOrder) => Promise<OperationResult>;
  readonly attempts: Pick<AttemptOptions, "maxAttempts" | "retryDelayMs" | "signal">;
  readonly log: Logger;
};

const tracer = trace.getTracer("holdup");

/**
 * Sees one delivery to its end: done, found to be done already, or moved to the dead-letter topic. When this resolves,
 * the offset may be committed. What comes to be known of it goes into `handling`.
 *
 *     take (Redis) → handle → publish downstream → finish (Redis) → [commit, by the caller]
 *
 * A crash between any two steps repeats the delivery. Whatever is published twice downstream meets `take` there.
 *
 * @throws HoldupError HOLDUP_STOPPING when the service stops first; the delivery comes again
 */
export async function deliver(
  delivery: Delivery,
  context: DeliverContext,
  handling: Handling,
): Promise<void> {
  const { stage, attempts } = context;
  const span = trace.getActiveSpan();
  const options: AttemptOptions = {
    ...attempts,
    onRetry(error, attempt, delayMs) {
      span?.addEvent("retry", {
        "holdup.attempt": attempt,
        "holdup.retry.delay_ms": delayMs,
        "error.type": error.code,
      });
      context.log.warn(
        { err: error, attempt, delayMs, ...delivery, value: undefined },
        "attempt failed, trying again",
      );
    },
  };
  const parsed = parseOrder(delivery);
  const order = parsed instanceof HoldupError ? undefined : parsed;
  try {
    if (parsed instanceof HoldupError) throw parsed;
    handling.orderId = parsed.orderId;
    span?.setAttribute("holdup.order.id", parsed.orderId);
    const noting = { ...context, runOperation: notingLongest(context.runOperation, handling) };
    await withAttempts((attempt) => handleOnce(parsed, delivery, attempt, noting), options);
  } catch (thrown) {
    const error = toHoldupError(thrown);
    if (error.code === "HOLDUP_STOPPING") throw error;
    span?.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
    span?.setAttributes({ "error.type": error.code, "holdup.dead_letter": true });
    // Without the dead letter the order would be lost, so there is no last attempt.
    await withAttempts(
      async () => {
        // First, because it may be repeated: an order marked twice is still one, a message published twice is two.
        if (order) await context.store.markDead(order.orderId, stage.name, error);
        await bury(delivery, error, context);
      },
      { ...options, maxAttempts: Number.POSITIVE_INFINITY },
    );
    context.log.error({ err: error, order_id: order?.orderId }, `moved to ${deadLetterTopic(stage.from)}`);
  }
}

function notingLongest(
  run: DeliverContext["runOperation"],
  handling: Handling,
): DeliverContext["runOperation"] {
  return async (span, order) => {
    const result = await run(span, order);
    if (result.runMs > (handling.longest?.runMs ?? -1)) handling.longest = result;
    return result;
  };
}

function parseOrder({ value }: Delivery): Order | HoldupError {
  try {
    return orderMessage.parse(JSON.parse(value?.toString("utf8") ?? "null"));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.replace(/\s+/g, " ").slice(0, 300) : "not an order";
    return new HoldupError("HOLDUP_MESSAGE_UNPARSABLE", `The message is not an order: ${why}`, { cause });
  }
}

async function handleOnce(
  order: Order,
  delivery: Delivery,
  attempt: number,
  context: DeliverContext,
): Promise<void> {
  const { stage, store, publisher } = context;
  const traceId = trace.getActiveSpan()?.spanContext().traceId ?? "";
  const claim = await store.take(order, stage.name, traceId);
  if (claim !== "taken") {
    trace.getActiveSpan()?.setAttribute("holdup.delivery.skipped", claim);
    context.log.info({ order_id: order.orderId }, `skipped: the order is ${claim} here`);
    return;
  }
  await tracer.startActiveSpan(stage.span, async (span) => {
    span.setAttributes({
      "holdup.order.id": order.orderId,
      "holdup.stage": stage.name,
      "holdup.attempt": attempt,
    });
    try {
      const startedAt = new Date().toISOString();
      const operations = await stage.handle(order, (name) => context.runOperation(name, order));
      const section: StageSection = { startedAt, endedAt: new Date().toISOString(), operations };
      if (stage.to) {
        const value = JSON.stringify({ ...order, [stage.name]: section });
        await publisher.publish({ topic: stage.to, key: delivery.key, value });
      }
      // False when another consumer held the same delivery after a rebalance, and was first.
      const counted = await store.finish(order.orderId, stage.name, section.endedAt);
      if (!counted) span.setAttribute("holdup.delivery.counted", false);
      context.log.info(
        { order_id: order.orderId, partition: delivery.partition, offset: delivery.offset },
        "order handled",
      );
    } catch (thrown) {
      failSpan(span, toHoldupError(thrown));
      throw thrown;
    } finally {
      span.end();
    }
  });
}

function failSpan(span: Span, error: HoldupError) {
  span.recordException(error);
  span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
  span.setAttribute("error.type", error.code);
}
