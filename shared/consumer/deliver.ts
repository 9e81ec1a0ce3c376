import { HoldupError, toHoldupError } from "../../core/errors.ts";
import type { IncomingMessage } from "../kafka/messages.ts";
import type { Publisher } from "../kafka/publisher.ts";
import {
  type OperationResult,
  type Order,
  type OrderWork,
  orderMessage,
  type StageSection,
} from "../pipeline/order.ts";
import type { OrderStore } from "../pipeline/order-store.ts";
import { deadLetterTopic, type OperationSpan, type Stage } from "../pipeline/stages.ts";
import type { Logger } from "../telemetry/log.ts";
import { inSpan } from "../telemetry/spans.ts";
import { type AttemptOptions, withAttempts } from "./attempts.ts";
import { publishDeadLetter } from "./dead-letter.ts";
import type { OpenDelivery, Outcome } from "./deliveries.ts";

export type DeliverContext = {
  readonly stage: Stage;
  readonly store: OrderStore;
  readonly publisher: Publisher;
  readonly runOperation: (span: OperationSpan, order: OrderWork) => Promise<OperationResult>;
  readonly attempts: Pick<AttemptOptions, "maxAttempts" | "retryDelayMs" | "signal">;
  readonly log: Logger;
};

/**
 * Handles one delivery until it is done, skipped because it was done before, or moved to the dead-letter topic. When this
 * resolves, the offset can be committed.
 *
 *     take (Redis) → operations → publish downstream → finish (Redis) → [commit, by the caller]
 *
 * A crash between two steps repeats the delivery. If that publishes a message twice, `take` downstream recognises the second
 * one.
 *
 * @throws HoldupError HOLDUP_STOPPING when the service stops first; the message is delivered again
 */
export async function deliver(
  message: IncomingMessage,
  open: OpenDelivery,
  context: DeliverContext,
): Promise<Exclude<Outcome, "interrupted">> {
  const { stage, store, attempts, log } = context;
  const { partition, offset } = message;
  const options: AttemptOptions = {
    ...attempts,
    onRetry(error, attempt, delayMs) {
      open.record({ type: "retrying", error, attempt, delayMs });
      const { orderId } = open.delivery;
      log.warn(
        { err: error, order_id: orderId, attempt, delayMs, partition, offset },
        "attempt failed, retrying",
      );
    },
  };
  const order = parseOrder(message);
  try {
    if (order instanceof HoldupError) throw order;
    open.record({ type: "identified", orderId: order.orderId });
    return await withAttempts((attempt) => handleOnce(order, message, open, attempt, context), options);
  } catch (thrown) {
    const error = toHoldupError(thrown);
    if (error.code === "HOLDUP_STOPPING") throw error;
    const { orderId } = open.delivery;
    open.record({ type: "failed", error });
    // Without the dead letter the order would be lost, so there is no last attempt.
    await withAttempts(
      async () => {
        // First, because it can be repeated: an order marked twice counts once, a message published twice counts twice.
        if (orderId !== undefined) await store.markDead(orderId, stage.name, error);
        await publishDeadLetter(message, error, context);
      },
      { ...options, maxAttempts: Number.POSITIVE_INFINITY },
    );
    log.error({ err: error, order_id: orderId }, `moved to ${deadLetterTopic(stage.topic)}`);
    return "dead-lettered";
  }
}

function parseOrder({ value }: IncomingMessage): Order | HoldupError {
  try {
    return orderMessage.parse(JSON.parse(value?.toString("utf8") ?? "null"));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.replace(/\s+/g, " ").slice(0, 300) : "not an order";
    return new HoldupError("HOLDUP_MESSAGE_UNPARSABLE", `The message is not an order: ${why}`, { cause });
  }
}

async function handleOnce(
  order: Order,
  { key, partition, offset }: IncomingMessage,
  { delivery, record }: OpenDelivery,
  attempt: number,
  { stage, store, publisher, runOperation, log }: DeliverContext,
): Promise<"done" | "skipped"> {
  const { orderId } = order;
  const claim = await store.take(order, stage.name, delivery.spanContext?.traceId ?? "");
  if (claim !== "taken") {
    record({ type: "skipped", because: claim });
    log.info({ order_id: orderId }, `skipped: this stage has the order as ${claim}`);
    return "skipped";
  }
  const attributes = { "holdup.order.id": orderId, "holdup.stage": stage.name, "holdup.attempt": attempt };
  await inSpan(stage.span, attributes, async (span) => {
    const startedAt = new Date().toISOString();
    const operations: OperationResult[] = [];
    for (const name of stage.operationSpans) {
      const result = await runOperation(name, order);
      record({ type: "operation-ended", result });
      operations.push(result);
    }
    const section: StageSection = { startedAt, endedAt: new Date().toISOString(), operations };
    if (stage.nextTopic !== undefined) {
      const value = JSON.stringify({ ...order, [stage.name]: section });
      await publisher.publish({ topic: stage.nextTopic, key, value });
    }
    // False when, after a rebalance, another consumer had the same delivery and finished first.
    const counted = await store.finish(orderId, stage.name, section.endedAt);
    if (!counted) span.setAttribute("holdup.delivery.counted", false);
    log.info({ order_id: orderId, partition, offset }, "order handled");
  });
  return "done";
}
