import { randomUUID } from "node:crypto";
import { withDeadline } from "../core/deadline.ts";
import { HoldupError, toHoldupError } from "../core/errors.ts";
import type { Publisher } from "../shared/kafka/publisher.ts";
import type { Operations } from "../shared/pipeline/operations.ts";
import type { Order, OrderRequest } from "../shared/pipeline/order.ts";
import type { OrderStore } from "../shared/pipeline/order-store.ts";
import { orderSeed } from "../shared/pipeline/seed.ts";
import { firstTopic, operationsOf } from "../shared/pipeline/stages.ts";
import type { Config } from "../shared/settings.ts";
import type { Logger } from "../shared/telemetry/log.ts";
import { inSpan } from "../shared/telemetry/spans.ts";

export type CreateOrderContext = {
  readonly config: Pick<Config, "orderKey">;
  readonly log: Logger;
  readonly store: OrderStore;
  readonly publisher: Publisher;
  readonly operations: Operations;
  /** Rejects with HOLDUP_KAFKA_UNREACHABLE while Kafka does not answer. */
  readonly pingKafka: () => Promise<void>;
};

// An order that Kafka does not take is answered within 5 s of its arrival: what its operations leave of the first, and the
// second for the withdrawal.
const publishedWithinMs = 3500;
const withdrawnWithinMs = 1000;
/** However long the operations took. */
const shortestPublishMs = 500;

/**
 * What POST /order does: runs the API's own operations for an order and publishes it. The function that this makes resolves
 * once Kafka has acknowledged; it throws a HoldupError when the order is not accepted, and the order will not be processed
 * then either.
 */
export function createOrders(
  context: CreateOrderContext,
): (request: OrderRequest) => Promise<{ orderId: string }> {
  // The last order was not taken; until one is, Kafka is asked before work is done for an order that it would not take.
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
      for (const span of operationsOf("api-service")) await context.operations.run(span, seeded);
      const order: Order = { ...seeded, acceptedAt: new Date().toISOString() };
      await send(order, answerByMs);
      // The order is accepted whatever Redis says: Kafka has it, and the first stage records it again.
      await context.store.accept(order, traceId).catch((error: unknown) => {
        log.warn({ err: error }, "accepted, but its status shows only when processing starts");
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
 * Publishes an order; when no acknowledgement comes, withdraws it, since it may be in the topic all the same (a paused
 * broker appends what lies in its socket when it goes on). If a stage has it already, it stands.
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
      "could not be withdrawn: it may be processed",
    );
    return true;
  }
}
