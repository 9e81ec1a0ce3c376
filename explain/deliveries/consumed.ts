import type { Row } from "../spans/trace.ts";
import type { Delivery } from "./delivery.ts";
import type { Message } from "./messages.ts";

/** What is known about the messages that a group has handled of a topic. */
export type Consumed = {
  readonly group: string;
  readonly producers: Set<Row>;
  readonly services: Set<string>;
  readonly consumers: Set<string>;
  /** When the latest of the handled messages was sent, by partition and by key. */
  readonly lastByPartition: Map<number | undefined, number>;
  readonly lastByKey: Map<string, number>;
  readonly partitionOfKey: Map<string, number>;
  /** Handled messages whose sender is not known: any send without a place may be theirs. */
  unsent: number;
  readonly messageIds: Set<string>;
  /** By partition, the offsets that were handled. */
  readonly offsets: Map<number, Range>;
};

type Range = { lowest: number; highest: number; count: number };

/** By the topics of their senders: what each group has handled. `others` consume too, besides what spans show. */
export function consumedOf(
  messages: readonly Message[],
  deliveryOf: (message: Message) => Delivery | undefined,
  others: readonly { readonly topic: string; readonly group: string }[],
): Map<string, Consumed[]> {
  const byTopic = new Map<string, Consumed[]>();
  function of(topic: string, group: string): Consumed {
    const groups = byTopic.get(topic) ?? [];
    byTopic.set(topic, groups);
    const known = groups.find((one) => one.group === group);
    if (known) return known;
    const made: Consumed = {
      group,
      producers: new Set(),
      services: new Set(),
      consumers: new Set(),
      lastByPartition: new Map(),
      lastByKey: new Map(),
      partitionOfKey: new Map(),
      unsent: 0,
      messageIds: new Set(),
      offsets: new Map(),
    };
    groups.push(made);
    return made;
  }
  let last: { readonly topic: string; readonly one: Consumed } | undefined;
  for (const message of messages) {
    const { producer, facts, group } = message;
    const topic = producer?.message?.topic ?? facts.topic;
    if (last?.topic !== topic || last.one.group !== group) last = { topic, one: of(topic, group) };
    const { one } = last;
    const delivery = deliveryOf(message);
    if (delivery) {
      one.services.add(delivery.service);
      one.consumers.add(delivery.run.consumer);
    }
    const { partition, offset, key, messageId } = facts;
    if (messageId !== undefined) one.messageIds.add(messageId);
    if (partition !== undefined && offset !== undefined) addTo(one.offsets, partition, offset);
    if (!producer) {
      one.unsent += 1;
      continue;
    }
    one.producers.add(producer);
    one.lastByPartition.set(
      partition,
      Math.max(one.lastByPartition.get(partition) ?? Number.NEGATIVE_INFINITY, producer.startNs),
    );
    if (key === undefined) continue;
    one.lastByKey.set(key, Math.max(one.lastByKey.get(key) ?? Number.NEGATIVE_INFINITY, producer.startNs));
    if (partition !== undefined) one.partitionOfKey.set(key, partition);
  }
  for (const { topic, group } of others) of(topic, group);
  return byTopic;
}

function addTo(offsets: Map<number, Range>, partition: number, offset: number): void {
  const known = offsets.get(partition);
  if (!known) offsets.set(partition, { lowest: offset, highest: offset, count: 1 });
  else {
    known.lowest = Math.min(known.lowest, offset);
    known.highest = Math.max(known.highest, offset);
    known.count += 1;
  }
}

/** How many offsets between those that were handled have no handling: their spans were lost. */
export function gapsIn({ offsets }: Consumed): number {
  return [...offsets.values()].reduce(
    (sum, { lowest, highest, count }) => sum + highest - lowest + 1 - count,
    0,
  );
}

/** Whether each group of a topic gets all its messages: not where they are routed, by keys, filters or installations. */
export function isForEachGroup([first, ...others]: readonly Consumed[]): boolean {
  const all = [...(first?.producers ?? [])];
  return others.every(({ producers }) => all.some((row) => producers.has(row)));
}

export function isHandled(row: Row, { producers }: Consumed): boolean {
  return producers.has(row) || (row.above?.message?.role === "send" && producers.has(row.above));
}

/**
 * Whether a message that was sent later to its partition has been handled; where the partition is unknown, to every partition. Also
 * whether it may itself have been handled, where the trace context was lost on the way.
 */
export function isPassed({ startNs, message }: Row, partition: number | undefined, one: Consumed): boolean {
  if (message?.messageId !== undefined && one.messageIds.has(message.messageId)) return true;
  if (partition !== undefined && message?.offset !== undefined) {
    if (message.offset <= (one.offsets.get(partition)?.highest ?? -1)) return true;
  } else if (one.unsent > 0) return true;
  const isLater = (lastNs: number | undefined) => lastNs !== undefined && lastNs > startNs;
  if (message?.key !== undefined && isLater(one.lastByKey.get(message.key))) return true;
  if (partition !== undefined && one.lastByPartition.has(partition)) {
    return isLater(one.lastByPartition.get(partition));
  }
  const all = [...one.lastByPartition.values()];
  return partition === undefined && all.length > 0 && all.every(isLater);
}
