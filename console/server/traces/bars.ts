import type { DeliveryFinding, Explanation, OrderFinding } from "../../../explain/explanation.ts";
import type { Bar } from "../../api.ts";

const nsPerMs = 1e6;

/** The bars of all deliveries in an explanation. */
export function barsOf(explanation: Explanation, itemOf: (order: OrderFinding) => string | undefined): Bar[] {
  const originMs = Date.parse(explanation.origin);
  return explanation.orders.flatMap((order) => {
    const item = itemOf(order);
    return order.deliveries.map((delivery) => barOf(delivery, order, item, originMs));
  });
}

function barOf(
  delivery: DeliveryFinding,
  order: OrderFinding,
  item: string | undefined,
  originMs: number,
): Bar {
  const { stage, topic, partition, offset, consumer, work, wait, failed, cost, availableAtNs } = delivery;
  const [worst] = wait?.blockers ?? [];
  return {
    id: barId(delivery),
    order: order.id,
    orderName: order.name,
    item,
    stage,
    topic,
    partition,
    offset,
    consumer,
    availableAtMs: availableAtNs === undefined ? undefined : originMs + availableAtNs / nsPerMs,
    startedAtMs: originMs + delivery.startedAtNs / nsPerMs,
    endedAtMs: originMs + delivery.endedAtNs / nsPerMs,
    operation: work?.operation ?? work?.name,
    intensity: work?.intensity,
    failed,
    cause: mainCause(delivery),
    blockedBy: worst && barId(worst),
    blockedMs: (worst?.ns ?? 0) / nsPerMs,
    costMs: cost.ns / nsPerMs,
    costMessages: cost.messages,
  };
}

function barId({ traceId, spanId }: { readonly traceId: string; readonly spanId: string }): string {
  return `${traceId}/${spanId}`;
}

/** The cause of the largest share of a wait. */
export function mainCause({ wait }: DeliveryFinding): string | undefined {
  return Object.entries(wait?.byCause ?? {}).sort(([, a], [, b]) => b - a)[0]?.[0];
}
