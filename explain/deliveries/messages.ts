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

/** A handling, one message that it handles, and the producer's span of that message, if known. */
type SentHandling = {
  readonly handling: Handling;
  readonly producer: Row | undefined;
  /** What the spans of both say about the message. */
  readonly facts: MessageFacts;
};

/** Groups handlings by message and group; repeated deliveries of a message are its attempts. */
export function messagesOf(handlings: readonly Handling[], table: TraceTable): Message[] {
  const producersOf = createProducers(table);
  const received = handlings.filter(({ row }) => row.above?.message?.role === "receive");
  const belowOf = Map.groupBy(received, ({ row }) => row.above);
  const isReceivedAlone = ({ row }: Handling) => belowOf.get(row.above)?.length === 1;
  const byOffset = new Map<string, Map<number, SentHandling[]>>();
  const byProducer = new Map<Row, SentHandling[]>();
  const byId = new Map<string, SentHandling[]>();
  const alone: SentHandling[][] = [];
  for (const handling of handlings) {
    const producers = producersOf(handling);
    // One span for a batch of messages, linked to all their producers.
    const isBatch = handling.message.offset === undefined && producers.length > 1;
    for (const producer of isBatch ? producers : [producers[0]]) {
      const facts = factsOf(
        isReceivedAlone(handling) ? withPlaceAbove(handling) : handling.message,
        producer,
      );
      const sent = { handling, producer, facts };
      const { partition, offset } = facts;
      if (partition !== undefined && offset !== undefined) {
        const lane = [facts.cluster, facts.topic, partition, handling.group].join(" ");
        const ofLane = byOffset.get(lane) ?? new Map<number, SentHandling[]>();
        byOffset.set(lane, ofLane);
        addTo(ofLane, offset, sent);
      } else if (producer) addTo(byProducer, producer, sent);
      else if (facts.messageId !== undefined)
        addTo(byId, [facts.cluster, facts.topic, facts.messageId, handling.group].join(" "), sent);
      else alone.push([sent]);
    }
  }
  return [
    ...[...alone, ...bySender([...byProducer.values()]), ...byId.values()].flatMap((handled) =>
      messageOf(handled, false),
    ),
    ...[...byOffset.values()].flatMap((ofLane) =>
      [...ofLane.values()].flatMap((ofOffset) => {
        const messages = ofOffset.length === 1 ? [ofOffset] : splitByMessage(ofOffset);
        return messages.flatMap((handled) => messageOf(handled, messages.length > 1));
      }),
    ),
  ];
}

function addTo<K>(map: Map<K, SentHandling[]>, key: K, sent: SentHandling): void {
  const known = map.get(key);
  if (known) known.push(sent);
  else map.set(key, [sent]);
}

/** Partition and offset from the span above that received the message, where the handling's own lacks them. */
function withPlaceAbove({ message, row: { above } }: Handling): MessageFacts {
  const { role, topic, partition, offset } = above?.message ?? {};
  const isOfMessage = role === "receive" && topic === message.topic && offset !== undefined;
  const lacksPlace = message.partition === undefined && message.offset === undefined;
  return isOfMessage && lacksPlace ? { ...message, partition, offset } : message;
}

/** Partition, offset and key from the producer's span where the consumer's lacks them. */
function factsOf(message: MessageFacts, producer: Row | undefined): MessageFacts {
  const { partition = message.partition, offset, key } = producer?.message ?? {};
  const isSame = producer?.message?.topic === message.topic && (message.partition ?? partition) === partition;
  const takes =
    isSame &&
    ((message.partition === undefined && partition !== undefined) ||
      (message.offset === undefined && offset !== undefined));
  if (takes) return { ...message, partition, offset: message.offset ?? offset, key: message.key ?? key };
  return message.key === undefined && key !== undefined ? { ...message, key } : message;
}

/** More handlings per producer span than this share of repetitions are messages sent together. */
const repeatedShare = 0.2;

/**
 * Messages whose offsets are unknown, by the producer's span: several handlings of a group are deliveries of the same message
 * again, unless that is the rule and they have no ids. Then one span stands for several messages.
 */
function bySender(handled: readonly (readonly SentHandling[])[]): SentHandling[][] {
  const stages = Map.groupBy(
    handled.flatMap((ofProducer) => [
      ...Map.groupBy(ofProducer, ({ handling, facts }) =>
        JSON.stringify([facts.topic, handling.group, facts.messageId]),
      ).values(),
    ]),
    ([first]) => JSON.stringify([first?.facts.topic, first?.handling.group]),
  );
  return [...stages.values()].flatMap((messages) => {
    const repeated = messages.filter(({ length }) => length > 1).length;
    if (repeated <= messages.length * repeatedShare) return messages;
    return messages.flatMap((handled) =>
      handled[0]?.facts.messageId === undefined ? handled.map((sent) => [sent]) : [handled],
    );
  });
}

function messageOf(handled: readonly SentHandling[], sharesOffset: boolean): Message[] {
  const [first] = handled;
  if (!first) return [];
  return [
    {
      facts: first.facts,
      group: first.handling.group,
      attempts: handled.map(({ handling }) => handling),
      producer: first.producer,
      sharesOffset,
    },
  ];
}

/** The order id in a message's own spans, not in those of earlier messages. */
export function orderIdOf({ attempts, producer }: Message): string | undefined {
  return attempts.find(({ row }) => row.orderId !== undefined)?.row.orderId ?? producer?.orderId;
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
 * Finds the producer spans of the messages that a span handles: the span above that sends, else the linked ones. The
 * direct sender sent it, whatever its topic is called: brokers route and rename. Links may also lead elsewhere, so among them
 * senders to the topic come first.
 */
function createProducers({ traceOf }: TraceTable): (handling: Handling) => Row[] {
  const searchUp = createSearchUp(({ message }) => message !== undefined && message.role !== "receive");

  function linkedBy(row: Row, topic: string): Row[] {
    if (row.links.length === 0) return [];
    const senders = row.links.flatMap(({ traceId, spanId }) => {
      const trace = traceOf(traceId);
      return trace ? rowsOf(trace, spanId).filter(({ message }) => message?.role === "send") : [];
    });
    const sameTopic = senders.filter(({ message }) => message?.topic === topic);
    return sameTopic.length > 0 ? sameTopic : senders;
  }

  return ({ row, message: { topic }, inner }) => {
    const above = searchUp(row);
    if (above?.message?.role === "send") return [above];
    const linked = linkedBy(row, topic);
    if (linked.length > 0) return linked;
    const received = row.above;
    const isPolledAlone = received?.message?.role === "receive" && received.links.length === 1;
    const others = isPolledAlone ? [...inner, received] : inner;
    return [...new Set(others.flatMap((one) => linkedBy(one, topic)))];
  };
}
