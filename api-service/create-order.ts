import { randomUUID } from "node:crypto";
import { withDeadline } from "../core/deadline.ts";
import { HoldupError, toHoldupError } from "../core/errors.ts";
import type { Publisher } from "../shared/kafka/publisher.ts";
import type { OperationRunner } from "../shared/pipeline/operations.ts";
import type { Order, OrderRequest } from "../shared/pipeline/order.ts";
import type { OrderStore } from "../shared/pipeline/order-store.ts";
import { orderSeed } from "../shared/pipeline/seed.ts";
import { apiService, firstTopic, operationSpansOf } from "../shared/pipeline/stages.ts";
import type { Config } from "../shared/settings.ts";
import type { Logger } from "../shared/telemetry/log.ts";
import { inSpan } from "../shared/telemetry/spans.ts";

export type CreateOrderContext = {
  readonly config: Pick<Config, "orderKey">;
  readonly log: Logger;
  readonly store: OrderStore;
  readonly publisher: Publisher;
  readonly operations: OperationRunner;
  /** Rejects with HOLDUP_KAFKA_UNREACHABLE while Kafka does not answer. */
  readonly pingKafka: () => Promise<void>;
};

// An order that Kafka does not accept is answered within 5 s: operations and publishing share the first of these times, the
// withdrawal has the second.
const publishedWithinMs = 3500;
const withdrawnWithinMs = 1000;
/** The minimum for publishing, however long the operations took. */
const shortestPublishMs = 500;

/**
 * Returns the function behind POST /order: it runs the API's own operations and publishes the order. It resolves once Kafka has
 * acknowledged, and throws a HoldupError when the order is not accepted and will not be processed.
 */
export function createOrderHandler(
  context: CreateOrderContext,
): (request: OrderRequest) => Promise<{ orderId: string }> {
  // After an order that Kafka did not accept, Kafka is checked before the operations of the next order run.
  let isKafkaAway = false;

  async function send(order: Order, answerByMs: number): Promise<void> {
    try {
      await publish(order, answerByMs, context);
      isKafkaAway = false;
    } catch (thrown) {
      isKafkaAway = toHoldupError(thrown).code === "HOLDUP_KAFKA_UNREACHABLE";
      throw thrown;
    }
  }

  async function create(request: OrderRequest, orderId: string, traceId: string): Promise<void> {
    const log = context.log.child({ order_id: orderId });
    try {
      const answerByMs = performance.now() + publishedWithinMs;
      if (isKafkaAway) await context.pingKafka();
      const seeded = { ...request, orderId, seed: request.seed ?? orderSeed(orderId) };
      for (const span of operationSpansOf(apiService)) await context.operations.run(span, seeded);
      const order: Order = { ...seeded, acceptedAt: new Date().toISOString() };
      await send(order, answerByMs);
      // The order is accepted even when Redis fails: Kafka has it, and the first stage records it again.
      await context.store.accept(order, traceId).catch((error: unknown) => {
        log.warn(
          { err: error },
          "order accepted but not recorded; its status appears when processing starts",
        );
      });
      log.info({ item: order.item, quantity: order.quantity }, "order accepted");
    } catch (thrown) {
      log.warn({ err: toHoldupError(thrown) }, "order refused");
      throw thrown;
    }
  }

  return (request) => {
    const orderId = randomUUID();
    const attributes = {
      "holdup.order.id": orderId,
      "holdup.order.item": request.item,
      "holdup.order.quantity": request.quantity,
    };
    return inSpan("create_order", attributes, async (span) => {
      await create(request, orderId, span.spanContext().traceId);
      return { orderId };
    });
  };
}

/**
 * Publishes an order; without an acknowledgement, withdraws it, because it can still reach the topic (a paused broker appends
 * what is in its socket when it continues). If a stage has already taken it, it is accepted.
 */
async function publish(order: Order, answerByMs: number, context: CreateOrderContext): Promise<void> {
  const { publisher, config } = context;
  const key = config.orderKey === "item" ? order.item : order.orderId;
  const withinMs = Math.max(shortestPublishMs, answerByMs - performance.now());
  try {
    await publisher.publish({ topic: firstTopic, key, value: JSON.stringify(order) }, withinMs);
  } catch (thrown) {
    const refused = toHoldupError(thrown);
    if (await isWithdrawn(order, refused, context)) throw refused;
  }
}

async function isWithdrawn(
  order: Order,
  refused: HoldupError,
  { store, log }: CreateOrderContext,
): Promise<boolean> {
  const tooLate = () =>
    new HoldupError("HOLDUP_REDIS_UNREACHABLE", `Redis did not answer within ${withdrawnWithinMs} ms.`);
  try {
    return await withDeadline(store.withdraw(order.orderId), withdrawnWithinMs, tooLate);
  } catch (error) {
    log.error(
      { err: error, refused, order_id: order.orderId },
      "the order could not be withdrawn and may be processed",
    );
    return true;
  }
}
