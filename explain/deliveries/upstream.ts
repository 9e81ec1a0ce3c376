import { createSearchUp } from "../spans/ancestors.ts";
import type { Row } from "../spans/trace.ts";
import type { TraceTable } from "../spans/trace-table.ts";
import { type Message, orderIdOf } from "./messages.ts";

/** The messages that were handled together, below one poll or in one span. */
type Batch = {
  /** The span of the poll, or the only one. */
  readonly row: Row;
  readonly messages: Message[];
  /** The spans that sent messages while they were handled, by topic. */
  senders: Map<string, Set<Row>> | undefined;
  /** Made when first needed: by topic, the message at the same place as a sender. */
  places: Map<string, ReadonlyMap<Row, Message>> | undefined;
  byOrder: ReadonlyMap<string, Message> | undefined;
  /** By the id of their producer's span and of their spans of handling. */
  bySpan: ReadonlyMap<string, readonly { readonly message: Message }[]> | undefined;
};

/**
 * Finds the message whose handling produced another one, if any. What a batch sends belongs to one of its messages: the one with
 * its order id, the one that it links to, or the one at the same place when the batch sends one message for each of its own.
 *
 *     poll ├───────────────────────┤        process spans: 41, 42, 43
 *       send   ├┤     ├┤     ├┤             the first belongs to 41, the second to 42, …
 */
export function createUpstream(
  messages: readonly Message[],
  table: TraceTable,
): (message: Message) => Message | undefined {
  const batchOf = new Map<Row, Batch>();
  function handledIn(row: Row, message: Message): void {
    const known = batchOf.get(row);
    if (known) known.messages.push(message);
    else
      batchOf.set(row, {
        row,
        messages: [message],
        senders: undefined,
        places: undefined,
        byOrder: undefined,
        bySpan: undefined,
      });
  }
  for (const message of messages) {
    for (const { row } of message.attempts) {
      handledIn(row, message);
      const parent = row.above;
      if (parent?.message?.role === "receive") handledIn(parent, message);
    }
  }
  const batchAbove = createSearchUp((row) => batchOf.has(row));

  function batchFor({ producer }: Message): Batch | undefined {
    const row = producer && batchAbove(producer);
    return row && batchOf.get(row);
  }

  for (const message of messages) {
    const batch = batchFor(message);
    if (!message.producer || !batch || batch.messages.length === 1) continue;
    batch.senders ??= new Map();
    const senders = batch.senders.get(message.facts.topic) ?? new Set();
    batch.senders.set(message.facts.topic, senders.add(message.producer));
  }

  /** By the order ids with which the batch's messages were sent: the batch's own span has at most one. */
  function byOrder(message: Message, batch: Batch): Message | undefined {
    const orderId = orderIdOf(message);
    if (orderId === undefined) return undefined;
    batch.byOrder ??= new Map(
      batch.messages.toReversed().flatMap((one) => {
        const [sender] = batchFor(one)?.messages ?? [];
        const id = one.producer?.orderId ?? (sender && orderIdOf(sender)) ?? orderIdOf(one);
        return id === undefined ? [] : [[id, one]];
      }),
    );
    return batch.byOrder.get(orderId);
  }

  return (message) => {
    const { producer } = message;
    const batch = batchFor(message);
    if (!producer || !batch || batch.messages.length === 1) return batch?.messages[0];
    const found =
      byOrder(message, batch) ?? linkedBy(producer, batch) ?? atSamePlace(producer, message, batch);
    if (!found) {
      table.gaps.add(
        "What a batch sends does not show to which of its messages it belongs (by holdup.order.id, a link, or one send for each message); it is attributed to the first one.",
        `trace ${producer.traceId}, span ${producer.spanId}`,
      );
    }
    return found ?? batch.messages[0];
  };
}

/** The message whose producer's span, or span of handling, a send links to; undefined where it links to several. */
function linkedBy({ links }: Row, batch: Batch): Message | undefined {
  if (links.length === 0) return undefined;
  batch.bySpan ??= Map.groupBy(
    batch.messages.flatMap((message) =>
      [message.producer, ...message.attempts.map(({ row }) => row)].flatMap((row) =>
        row ? { message, id: `${row.traceId} ${row.spanId}` } : [],
      ),
    ),
    ({ id }) => id,
  );
  const bySpan = batch.bySpan;
  const found = new Set(
    links
      .flatMap(({ traceId, spanId }) => bySpan.get(`${traceId} ${spanId}`) ?? [])
      .map(({ message }) => message),
  );
  return found.size === 1 ? [...found][0] : undefined;
}

/** When a batch sends one message for each of its own, in their order. */
function atSamePlace(producer: Row, { facts: { topic } }: Message, batch: Batch): Message | undefined {
  const known = batch.places?.get(topic);
  if (known) return known.get(producer);
  const senders = [...(batch.senders?.get(topic) ?? [])].sort((a, b) => a.startNs - b.startNs);
  const handled = inOrder(batch);
  const places = new Map(
    senders.length === handled?.length
      ? senders.flatMap((sender, n) => (handled[n] ? [[sender, handled[n]]] : []))
      : [],
  );
  batch.places ??= new Map();
  batch.places.set(topic, places);
  return places.get(producer);
}

/** The messages of a batch in the order in which it has them; undefined where that is unknown. */
function inOrder({ row, messages }: Batch): readonly Message[] | undefined {
  if (messages.every(({ attempts }) => attempts.some((handling) => handling.row === row))) {
    const places = new Map(row.links.map(({ spanId }, n) => [spanId, n]));
    const placeOf = ({ producer }: Message) => places.get(producer?.spanId ?? "") ?? row.links.length;
    return messages.toSorted((a, b) => placeOf(a) - placeOf(b));
  }
  // Nothing shows which partition of a poll came first.
  if (new Set(messages.map(({ facts }) => facts.partition)).size > 1) return undefined;
  return messages.toSorted((a, b) => (a.facts.offset ?? 0) - (b.facts.offset ?? 0) || sentNs(a) - sentNs(b));
}

function sentNs({ producer }: Message): number {
  return producer?.startNs ?? 0;
}
