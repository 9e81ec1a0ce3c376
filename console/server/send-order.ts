import { HoldupError } from "../../core/errors.ts";
import type { OrderRequest } from "../../shared/pipeline/order.ts";
import { createOrderApi } from "../../traffic/order-api.ts";
import type { SentOrder } from "../api.ts";

const timeoutMs = 15_000;

/**
 * Sends one order to the order API.
 *
 * @throws HoldupError HOLDUP_ORDER_REFUSED with the reason of the API
 */
export function createSendOrder(apiUrl: string) {
  const api = createOrderApi({ url: apiUrl, maxSockets: 4 });
  return {
    async send(order: OrderRequest): Promise<SentOrder> {
      const answer = await api.post(order, AbortSignal.timeout(timeoutMs));
      if (answer.accepted) return { orderId: answer.orderId, traceId: answer.traceId ?? "" };
      throw new HoldupError(
        "HOLDUP_ORDER_REFUSED",
        `The order API at ${apiUrl} refused the order: ${answer.reason}.`,
      );
    },
    stop: api.close,
  };
}
