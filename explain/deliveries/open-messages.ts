import type { Row, Trace } from "../spans/trace.ts";
import type { TraceTable } from "../spans/trace-table.ts";
import { sinceOrigin } from "./availability.ts";
import type { Delivery } from "./delivery.ts";
import { type Message, orderIdOf } from "./messages.ts";

/** A delivery that a service reports as being handled now; its span does not exist yet. */
type RunningNow = {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly orderId: string | undefined;
  /** ms since the Unix epoch. */
  readonly startedAtMs: number;
  /** What it runs, and how intense that is. */
  readonly operation?: string | undefined;
  readonly intensity?: string | undefined;
};

/** What a group has recorded about the handling of an order. ms since the Unix epoch. */
type Progress = { readonly startedAtMs: number | undefined; readonly endedAtMs: number | undefined };

/** Undefined for an order of which nothing is recorded. */
type ProgressOf = (orderId: string, group: string) => Progress | undefined;

/** What is known about the present besides spans. */
export type Present = {
  /** Deliveries that are being handled, by the services' own reports. */
  readonly running?: readonly RunningNow[] | undefined;
  /** What groups have recorded about the handling of orders. Where it is given, only orders that it knows can be open. */
  readonly progressOf?: ProgressOf | undefined;
  /** Who consumes what, besides what spans show. */
  readonly consumers?: readonly { readonly topic: string; readonly group: string }[] | undefined;
  /** ms since the Unix epoch; default: the end of the last span. */
  readonly nowMs?: number | undefined;
  /** Whether to report messages that no span handles yet. Default true. */
  readonly reportsOpen?: boolean | undefined;
};

/** A message without a span that handles it: it waits, or is being handled. Times are nanoseconds since the origin. */
export type OpenMessage = {
  readonly topic: string;
  readonly group: string;
  readonly partition: number | undefined;
  readonly offset: number | undefined;
  readonly order: string;
  readonly orderId: string | undefined;
  readonly rootTraceId: string;
  readonly rootNs: number;
  readonly traceId: string;
  readonly availableNs: number;
  /** When its handling began; undefined while nothing shows that it did. */
  readonly startedNs: number | undefined;
  /** When its handling ended, of which the span has not arrived yet. */
  readonly endedNs: number | undefined;
  /** What the service itself reports about handling it; undefined where spans alone show it. */
  readonly reported: RunningNow | undefined;
};

export type OpenMessages = {
  /** The last moment that is known: now, else the end of the last span. */
  readonly atNs: number;
  readonly messages: readonly OpenMessage[];
  /** Consumers of a group that handled its last messages; one when all waited for the same. */
  readonly isSingleConsumer: (group: string, topic: string) => boolean;
};

export const noOpenMessages: OpenMessages = { atNs: 0, messages: [], isSingleConsumer: () => false };

/** Spans are exported some seconds after they end, so a message counts as open only after this time. */
const exportNs = 5_000_000_000;

/** Services report at least this often what they handle. */
const reportNs = 3_000_000_000;

/** What is known about the messages that a group has handled of a topic. */
type Consumed = {
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
  /** By partition, the highest offset that was handled. */
  readonly lastOffset: Map<number, number>;
};

/**
 * The messages that were sent to a topic with consumers, but that no span handles. A message whose successors in its partition
 * were handled is not open: its span was lost.
 */
export function openMessagesOf(
  messages: readonly Message[],
  deliveryOf: (message: Message) => Delivery | undefined,
  upstreamOf: (message: Message) => Message | undefined,
  table: TraceTable,
  { running = [], progressOf, consumers = [], nowMs }: Omit<Present, "reportsOpen">,
): OpenMessages {
  const atNs = Math.max(sinceOrigin(nowMs, table.originNs) ?? 0, table.lastNs);
  const consumed = consumedOf(messages, deliveryOf, [...running, ...consumers]);
  const open: OpenMessage[] = [];
  for (const trace of table.traces.values()) {
    const wrapping = wrappingIn(trace);
    for (const row of trace.rows) {
      if (row.message?.role !== "send" || row.failed || wrapping.has(row)) continue;
      for (const one of consumed.get(row.message.topic) ?? []) {
        const found = openOf(row, trace, one);
        if (found) open.push(found);
      }
    }
  }

  function openOf(row: Row, trace: Trace, one: Consumed): OpenMessage | undefined {
    const { message } = row;
    if (!message || isHandled(row, one)) return undefined;
    const { topic, key } = message;
    const partition = message.partition ?? (key === undefined ? undefined : one.partitionOfKey.get(key));
    const facts = { ...message, partition };
    const asMessage = { facts, group: one.group, attempts: [], producer: row, sharesOffset: false };
    const before = upstreamOf(asMessage);
    const upstream = before && deliveryOf(before);
    const orderId = orderIdOf(asMessage) ?? upstream?.orderId ?? trace.orderId;
    const reported = running.find(
      (run) =>
        run.topic === topic &&
        run.group === one.group &&
        (run.orderId === undefined
          ? run.partition === partition && run.offset === message.offset
          : run.orderId === orderId),
    );
    const progress = orderId === undefined ? undefined : progressOf?.(orderId, one.group);
    const isKnownOpen = progressOf
      ? progress !== undefined
      : atNs - row.endNs >= exportNs && !isPassed(row, partition, one);
    if (!reported && !isKnownOpen) return undefined;
    const endedNs = reported ? undefined : sinceOrigin(progress?.endedAtMs, table.originNs);
    // Its span was lost.
    if (endedNs !== undefined && atNs - endedNs >= exportNs) return undefined;
    return {
      topic,
      group: one.group,
      partition: reported?.partition ?? partition,
      offset: reported?.offset ?? message.offset,
      order: orderId ?? upstream?.order ?? row.traceId,
      orderId,
      rootTraceId: upstream?.rootTraceId ?? row.traceId,
      rootNs: upstream?.rootNs ?? row.rootNs,
      traceId: row.traceId,
      availableNs: row.endNs,
      startedNs: reported
        ? sinceOrigin(reported.startedAtMs, table.originNs)
        : progress
          ? begunBy(progress, endedNs)
          : begunIn(trace, row, one),
      endedNs,
      reported,
    };
  }

  /** A handling that began earlier and is reported by nobody was cut short. */
  function begunBy({ startedAtMs }: Progress, endedNs: number | undefined): number | undefined {
    const startedNs = sinceOrigin(startedAtMs, table.originNs);
    const isCutShort = endedNs === undefined && startedNs !== undefined && atNs - startedNs >= reportNs;
    return isCutShort ? undefined : startedNs;
  }

  return {
    atNs,
    messages: open.sort((a, b) => a.availableNs - b.availableNs || (a.order < b.order ? -1 : 1)),
    isSingleConsumer: singleConsumers(consumed),
  };
}

/** Refers to none of the rows, so that they can be freed. */
function singleConsumers(
  consumed: ReadonlyMap<string, readonly Consumed[]>,
): OpenMessages["isSingleConsumer"] {
  const several = new Set(
    [...consumed].flatMap(([topic, groups]) =>
      groups.flatMap(({ group, consumers }) => (consumers.size > 1 ? JSON.stringify([group, topic]) : [])),
    ),
  );
  return (group, topic) => !several.has(JSON.stringify([group, topic]));
}

function consumedOf(
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
      lastOffset: new Map(),
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
    if (partition !== undefined && offset !== undefined)
      one.lastOffset.set(partition, Math.max(one.lastOffset.get(partition) ?? -1, offset));
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

/** Sends that wrap the span of the client library, which is the sender. */
function wrappingIn({ rows }: Trace): ReadonlySet<Row> {
  const wrapping = rows.flatMap(({ above, message }) =>
    message?.role === "send" && above?.message?.role === "send" && above.message.topic === message.topic
      ? above
      : [],
  );
  return wrapping.length > 0 ? new Set(wrapping) : noRows;
}

const noRows: ReadonlySet<Row> = new Set();

function isHandled(row: Row, { producers }: Consumed): boolean {
  return producers.has(row) || (row.above?.message?.role === "send" && producers.has(row.above));
}

/**
 * Whether a message that was sent later to its partition has been handled; where the partition is unknown, to every partition. Also
 * whether it may itself have been handled, where the trace context was lost on the way.
 */
function isPassed({ startNs, message }: Row, partition: number | undefined, one: Consumed): boolean {
  if (message?.messageId !== undefined && one.messageIds.has(message.messageId)) return true;
  if (partition !== undefined && message?.offset !== undefined) {
    if (message.offset <= (one.lastOffset.get(partition) ?? -1)) return true;
  } else if (one.unsent > 0) return true;
  const isLater = (lastNs: number | undefined) => lastNs !== undefined && lastNs > startNs;
  if (message?.key !== undefined && isLater(one.lastByKey.get(message.key))) return true;
  if (partition !== undefined && one.lastByPartition.has(partition)) {
    return isLater(one.lastByPartition.get(partition));
  }
  const all = [...one.lastByPartition.values()];
  return partition === undefined && all.length > 0 && all.every(isLater);
}

/** When the handling of a message began, by what was done below a span that is missing because it has not ended yet. */
function begunIn({ orphans }: Trace, { endNs }: Row, { services }: Consumed): number | undefined {
  return orphans.find(({ startNs, service }) => startNs >= endNs && services.has(service))?.startNs;
}
