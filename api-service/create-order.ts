import { randomUUID } from "node:crypto";
import { SpanStatusCode, trace } from "@opentelemetry/api";
import type { Config } from "../shared/config.ts";
import { type HoldupError, toHoldupError } from "../shared/errors.ts";
import type { Publisher } from "../shared/kafka/publisher.ts";
import type { Logger } from "../shared/log.ts";
import type { Order, OrderRequest } from "../shared/order.ts";
import type { OrderStore } from "../shared/order-store.ts";
import type { Operations } from "../shared/stage/start-stage-service.ts";
import { topics } from "../shared/topics.ts";
import { orderSeed } from "../workloads/seed.ts";

export type CreateOrderContext = {
  readonly config: Pick<Config, "orderKey">;
  readonly log: Logger;
  readonly store: OrderStore;
  readonly publisher: Publisher;
  readonly operations: Operations;
};

const tracer = trace.getTracer("holdup");

/**
 * Runs the API's own operations for an order and publishes it. Resolves once Kafka has acknowledged.
 *
 * @throws HoldupError when the order is not accepted; it will not be processed then either
 */
export async function createOrder(
  request: OrderRequest,
  context: CreateOrderContext,
): Promise<{ orderId: string }> {
  return tracer.startActiveSpan("create_order", async (span) => {
    const orderId = randomUUID();
    const log = context.log.child({ order_id: orderId });
    span.setAttributes({
      "holdup.order.id": orderId,
      "holdup.order.item": request.item,
      "holdup.order.quantity": request.quantity,
    });
    try {
      const seeded = { ...request, orderId, seed: request.seed ?? orderSeed(orderId) };
      await context.operations.run("input_validation", seeded);
      await context.operations.run("audit_logging", seeded);
      const order: Order = { ...seeded, acceptedAt: new Date().toISOString() };
      await publish(order, context);
      // The order is accepted whatever Redis says: Kafka has it, and the first stage records it again.
      await context.store.accept(order, span.spanContext().traceId).catch((error: unknown) => {
        log.warn({ err: error }, "accepted, but its status shows only when processing starts");
      });
      log.info({ item: order.item, quantity: order.quantity }, "order accepted");
      return { orderId };
    } catch (thrown) {
      const error = toHoldupError(thrown);
      span.recordException(error);
      span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
      span.setAttribute("error.type", error.code);
      log.warn({ err: error }, "order refused");
      throw error;
    } finally {
      span.end();
    }
  });
}

/**
 * Publishes an order; when no acknowledgement comes, withdraws it, since it may be in the topic all the same (a paused
 * broker appends what lies in its socket when it goes on). If a stage has it already, it stands.
 */
async function publish(order: Order, { publisher, store, config, log }: CreateOrderContext): Promise<void> {
  const key = config.orderKey === "item" ? order.item : order.orderId;
  try {
    await publisher.publish({ topic: topics.orders, key, value: JSON.stringify(order) });
  } catch (thrown) {
    const refused = toHoldupError(thrown);
    if (await withdrawn(order, store, refused, log)) throw refused;
  }
}

async function withdrawn(
  order: Order,
  store: OrderStore,
  refused: HoldupError,
  log: Logger,
): Promise<boolean> {
  try {
    return await store.withdraw(order.orderId);
  } catch (error) {
    log.error(
      { err: error, refused, order_id: order.orderId },
      "could not be withdrawn: it may be processed",
    );
    return true;
  }
}
