import { createSearchUp } from "../spans/ancestors.ts";
import type { Row } from "../spans/trace.ts";
import type { TraceTable } from "../spans/trace-table.ts";
import { type Draft, orderIdOf } from "./drafts.ts";

/** Gives the message in whose handling another one was produced; undefined where that was in none. */
export function createUpstream(
  drafts: readonly Draft[],
  table: TraceTable,
): (draft: Draft) => Draft | undefined {
  const handledIn = new Map<Row, Draft[]>();
  for (const draft of drafts) {
    for (const { row } of draft.attempts) {
      const others = handledIn.get(row);
      if (others) others.push(draft);
      else handledIn.set(row, [draft]);
    }
  }
  const handlingAbove = createSearchUp((row) => handledIn.has(row));
  /** Of each batch in one span, its messages by their orders. */
  const batches = new Map<Row, ReadonlyMap<string | undefined, Draft>>();

  function handlingOf(sender: Row | undefined): Row | undefined {
    const trace = sender && table.traces.get(sender.traceId);
    return trace && handlingAbove(trace, sender);
  }

  /** The batch's own span has one order at most: the messages have those under which they were sent. */
  function byOrder(batch: Row, messages: readonly Draft[]): ReadonlyMap<string | undefined, Draft> {
    const known = batches.get(batch);
    if (known) return known;
    const orders = new Map<string | undefined, Draft>();
    for (const message of messages.toReversed()) {
      orders.set(message.producer?.orderId ?? handlingOf(message.producer)?.orderId, message);
    }
    batches.set(batch, orders);
    return orders;
  }

  return (draft) => {
    const { producer } = draft;
    const row = handlingOf(producer);
    const handled = row && handledIn.get(row);
    if (!producer || !handled || handled.length === 1) return handled?.[0];
    const orderId = orderIdOf(draft);
    const sameOrder = orderId === undefined ? undefined : byOrder(row, handled).get(orderId);
    if (!sameOrder) {
      table.gaps.note(
        "What a batch sends does not name the order (holdup.order.id) of one of its messages; it is taken to come of the first.",
        `trace ${producer.traceId}, span ${producer.spanId}`,
      );
    }
    return sameOrder ?? handled[0];
  };
}
