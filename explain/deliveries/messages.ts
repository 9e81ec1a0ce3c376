import { createSearchUp } from "../spans/ancestors.ts";
import type { MessageFacts } from "../spans/message.ts";
import { type Row, rowsOf } from "../spans/trace.ts";
import type { TraceTable } from "../spans/trace-table.ts";
import { firstNot } from "../waits/range-index.ts";
import type { Handling } from "./handlings.ts";

/** A message as one group handled it, with all its attempts. Its upstream message is found later. */
export type Message = {
  readonly facts: MessageFacts;
  readonly group: string;
  readonly attempts: readonly Handling[];
  readonly producer: Row | undefined;
  /** Another message has the same partition and offset: in another cluster, or in a recreated topic. */
  readonly sharesOffset: boolean;
};

/** A handling and the producer's span of the message that it handles, if known. */
type SentHandling = { readonly handling: Handling; readonly producer: Row | undefined };

/** Groups handlings by message and group; repeated deliveries of a message are its attempts. */
export function messagesOf(handlings: readonly Handling[], table: TraceTable): Message[] {
  const producersOf = createProducers(table);
  const byOffset = new Map<string, SentHandling[]>();
  const withoutOffset: SentHandling[][] = [];
  for (const handling of handlings) {
    const producers = producersOf(handling);
    const offset = offsetKeyOf(handling);
    if (offset === undefined) {
      // One span for a batch of messages, linked to all their producers.
      const isBatch = handling.message.offset === undefined && producers.length > 1;
      for (const producer of isBatch ? producers : [producers[0]])
        withoutOffset.push([{ handling, producer }]);
      continue;
    }
    const sent = { handling, producer: producers[0] };
    const ofOffset = byOffset.get(offset);
    if (ofOffset) ofOffset.push(sent);
    else byOffset.set(offset, [sent]);
  }
  return [
    ...withoutOffset.flatMap((handled) => messageOf(handled, false)),
    ...[...byOffset.values()].flatMap((ofOffset) => {
      const messages = splitByMessage(ofOffset);
      return messages.flatMap((handled) => messageOf(handled, messages.length > 1));
    }),
  ];
}

function messageOf(handled: readonly SentHandling[], sharesOffset: boolean): Message[] {
  const [first] = handled;
  if (!first) return [];
  const { message, group } = first.handling;
  return [
    {
      facts: message,
      group,
      attempts: handled.map(({ handling }) => handling),
      producer: first.producer,
      sharesOffset,
    },
  ];
}

/** The key of a message, which only its producer may know. */
export function keyOf({ facts, producer }: Message): string | undefined {
  return facts.key ?? producer?.message?.key;
}

/** The order id in a message's own spans, not in those of earlier messages. */
export function orderIdOf({ attempts, producer }: Message): string | undefined {
  return attempts.find(({ row }) => row.orderId !== undefined)?.row.orderId ?? producer?.orderId;
}

/** Cluster, topic, partition, offset and group as one key; undefined where partition or offset is unknown. */
function offsetKeyOf({ message, group }: Handling): string | undefined {
  const { cluster, topic, partition, offset } = message;
  return partition === undefined || offset === undefined
    ? undefined
    : [cluster, topic, partition, offset, group].join(" ");
}

/**
 * Splits the handlings of one offset into messages. They are one message, unless spans of several logs are mixed: different
 * producer spans or record timestamps mean different messages. A handling with neither has lost its context; it belongs to the
 * message that was handled last before it.
 */
function splitByMessage(handled: readonly SentHandling[]): SentHandling[][] {
  const sorted = handled.toSorted((a, b) => startOf(a) - startOf(b));
  const byProducer = Map.groupBy(sorted, ({ producer }) => producer);
  const withoutProducer = byProducer.get(undefined) ?? [];
  byProducer.delete(undefined);
  const handlingsByRecordMs = Map.groupBy(withoutProducer, recordMsOf);
  const withoutRecord = handlingsByRecordMs.get(undefined) ?? [];
  handlingsByRecordMs.delete(undefined);

  const messages = [...byProducer.values()];
  const messageByRecordMs = new Map<number, SentHandling[]>();
  const withoutTime: SentHandling[][] = [];
  for (const message of messages) {
    const recordMs = message.map(recordMsOf).find((ms) => ms !== undefined);
    if (recordMs === undefined) withoutTime.push(message);
    else messageByRecordMs.set(recordMs, message);
  }
  for (const [recordMs, ofRecord] of handlingsByRecordMs) {
    const same =
      (recordMs === undefined ? undefined : messageByRecordMs.get(recordMs)) ?? withoutTime.shift();
    if (!same) messages.push(ofRecord);
    else for (const sent of ofRecord) same.push(sent);
  }
  if (messages.length === 0) return [withoutRecord];
  messages.sort(byFirst);
  for (const sent of withoutRecord) {
    const later = firstNot(messages, (message) => byFirst(message, [sent]) <= 0);
    messages[Math.max(0, later - 1)]?.push(sent);
  }
  return messages;
}

function recordMsOf({ handling }: SentHandling): number | undefined {
  return handling.message.recordTimestampMs;
}

function byFirst([a]: readonly SentHandling[], [b]: readonly SentHandling[]): number {
  return a && b ? startOf(a) - startOf(b) : 0;
}

function startOf({ handling }: SentHandling): number {
  return handling.row.startNs;
}

/**
 * Finds the producer spans of the messages that a span handles: the nearest ancestor that sends to the topic, else the linked
 * ones.
 */
function createProducers(table: TraceTable): (handling: Handling) => Row[] {
  const searches = new Map<string, ReturnType<typeof createSearchUp>>();

  function searchFor(topic: string) {
    const known = searches.get(topic);
    if (known) return known;
    const made = createSearchUp((row) => row.message?.role === "process" || sends(row, topic));
    searches.set(topic, made);
    return made;
  }

  function linkedBy(row: Row, topic: string): Row[] {
    return row.links.flatMap(({ traceId, spanId }) => {
      const trace = table.traceOf(traceId);
      return trace ? rowsOf(trace, spanId).filter((linked) => sends(linked, topic)) : [];
    });
  }

  return ({ row, message: { topic }, trace, inner }) => {
    const above = searchFor(topic)(trace, row);
    if (above && sends(above, topic)) return [above];
    const linked = linkedBy(row, topic);
    return linked.length > 0 ? linked : [...new Set(inner.flatMap((one) => linkedBy(one, topic)))];
  };
}

function sends({ message }: Row, topic: string): boolean {
  return message?.role === "send" && message.topic === topic;
}
