import type { Row, Trace } from "../spans/trace.ts";
import type { TraceTable } from "../spans/trace-table.ts";
import { sinceOrigin } from "./availability.ts";
import { type Consumed, consumedOf, gapsIn, isForEachGroup, isHandled, isPassed } from "./consumed.ts";
import type { Delivery } from "./delivery.ts";
import { type Message, orderIdOf } from "./messages.ts";
import type { Present, Progress, RunningNow } from "./present.ts";

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
  const forEach = new Map([...consumed].map(([topic, groups]) => [topic, isForEachGroup(groups)]));
  const open = new Map<Consumed, OpenMessage[]>();
  for (const trace of table.traces.values()) {
    const wrapping = wrappingIn(trace);
    for (const row of trace.rows) {
      if (row.message?.role !== "send" || row.failed || wrapping.has(row)) continue;
      const { topic } = row.message;
      for (const one of consumed.get(topic) ?? []) {
        const found = openOf(row, trace, one, forEach.get(topic) ?? false);
        if (!found) continue;
        const known = open.get(one);
        if (known) known.push(found);
        else open.set(one, [found]);
      }
    }
  }

  function openOf(row: Row, trace: Trace, one: Consumed, isForEach: boolean): OpenMessage | undefined {
    const { message } = row;
    if (!message || isHandled(row, one)) return undefined;
    const { topic, key } = message;
    const partition = message.partition ?? (key === undefined ? undefined : one.partitionOfKey.get(key));
    const facts = { ...message, partition };
    const asMessage = { facts, group: one.group, attempts: [], producer: row, sharesOffset: false };
    const before = upstreamOf(asMessage);
    const upstream = before && deliveryOf(before);
    const orderId = orderIdOf(asMessage) ?? upstream?.orderId ?? trace.orderId;
    const progress = orderId === undefined ? undefined : progressOf?.(orderId, one.group);
    // Reports are a second old.
    const reported =
      progress?.endedAtMs === undefined
        ? running.find(
            (run) =>
              run.topic === topic &&
              run.group === one.group &&
              (run.orderId === undefined
                ? run.partition === partition && run.offset === message.offset
                : run.orderId === orderId),
          )
        : undefined;
    const isKnownOpen = progressOf
      ? progress !== undefined
      : isForEach && atNs - row.endNs >= exportNs && !isPassed(row, partition, one);
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

  /**
   * Handlings whose spans were lost leave gaps in the offsets. Where nothing shows the place of a send, as many sends may be those of
   * the gaps.
   */
  function withoutLost(one: Consumed, found: readonly OpenMessage[]): readonly OpenMessage[] {
    const withoutPlace = found.filter(({ offset }) => offset === undefined).length;
    if (progressOf || withoutPlace > gapsIn(one)) return found;
    return found.filter(({ offset, reported }) => offset !== undefined || reported);
  }

  /** A handling that began earlier and is reported by nobody was cut short. */
  function begunBy({ startedAtMs }: Progress, endedNs: number | undefined): number | undefined {
    const startedNs = sinceOrigin(startedAtMs, table.originNs);
    const isCutShort = endedNs === undefined && startedNs !== undefined && atNs - startedNs >= reportNs;
    return isCutShort ? undefined : startedNs;
  }

  return {
    atNs,
    messages: [...open]
      .flatMap(([one, found]) => withoutLost(one, found))
      .sort((a, b) => a.availableNs - b.availableNs || (a.order < b.order ? -1 : 1)),
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

/** When the handling of a message began, by what was done below a span that is missing because it has not ended yet. */
function begunIn({ orphans }: Trace, { endNs }: Row, { services }: Consumed): number | undefined {
  return orphans.find(({ startNs, service }) => startNs >= endNs && services.has(service))?.startNs;
}
