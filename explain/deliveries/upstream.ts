import { createSearchUp } from "../spans/ancestors.ts";
import type { Row } from "../spans/trace.ts";
import type { TraceTable } from "../spans/trace-table.ts";
import { type Message, orderIdOf } from "./messages.ts";

/** Finds the message whose handling produced another one, if any. */
export function createUpstream(
  messages: readonly Message[],
  table: TraceTable,
): (message: Message) => Message | undefined {
  const handledIn = new Map<Row, Message[]>();
  for (const message of messages) {
    for (const { row } of message.attempts) {
      const others = handledIn.get(row);
      if (others) others.push(message);
      else handledIn.set(row, [message]);
    }
  }
  const handlingAbove = createSearchUp((row) => handledIn.has(row));
  /** For each batch in one span, its messages by order id. */
  const batches = new Map<Row, ReadonlyMap<string | undefined, Message>>();

  function handlingOf(sender: Row | undefined): Row | undefined {
    const trace = sender && table.traces.get(sender.traceId);
    return trace && handlingAbove(trace, sender);
  }

  /** By the order ids with which the messages were sent: the batch's own span has at most one. */
  function byOrder(batch: Row, ofBatch: readonly Message[]): ReadonlyMap<string | undefined, Message> {
    const known = batches.get(batch);
    if (known) return known;
    const orders = new Map<string | undefined, Message>();
    for (const message of ofBatch.toReversed()) {
      orders.set(message.producer?.orderId ?? handlingOf(message.producer)?.orderId, message);
    }
    batches.set(batch, orders);
    return orders;
  }

  return (message) => {
    const { producer } = message;
    const row = handlingOf(producer);
    const handled = row && handledIn.get(row);
    if (!producer || !handled || handled.length === 1) return handled?.[0];
    const orderId = orderIdOf(message);
    const sameOrder = orderId === undefined ? undefined : byOrder(row, handled).get(orderId);
    if (!sameOrder) {
      table.gaps.add(
        "What a batch sends does not name the order (holdup.order.id) of one of its messages; it is attributed to the first one.",
        `trace ${producer.traceId}, span ${producer.spanId}`,
      );
    }
    return sameOrder ?? handled[0];
  };
}
