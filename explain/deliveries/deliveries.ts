import type { TraceTable } from "../spans/trace-table.ts";
import { inferConsumers } from "../waits/consumers/inferred-consumers.ts";
import { defaultTransportNs } from "../waits/lanes.ts";
import { byStart, compareText } from "../waits/run.ts";
import { type Availability, availabilityOf, sentLaterNs, unknown } from "./availability.ts";
import type { Delivery, SpanRun } from "./delivery.ts";
import { type Handling, handlingsOf } from "./handlings.ts";
import { type Message, messagesOf, orderIdOf } from "./messages.ts";
import { noOpenMessages, type OpenMessages, openMessagesOf } from "./open-messages.ts";
import type { Present } from "./present.ts";
import { createRuns } from "./runs.ts";
import { createUpstream } from "./upstream.ts";

/** A topic and service with spans that fetch messages but none that handles them. */
export type FetchedOnly = { readonly topic: string; readonly service: string; readonly spans: number };

export type Deliveries = {
  readonly deliveries: readonly Delivery[];
  readonly fetchedOnly: readonly FetchedOnly[];
  readonly open: OpenMessages;
};

/** Turns the messaging spans of a table into deliveries; polling and fetching take up to `transportNs`. */
export function deliveriesOf(
  table: TraceTable,
  present: Present = {},
  transportNs = defaultTransportNs,
): Deliveries {
  const handlings = handlingsOf(table);
  return {
    ...link(messagesOf(handlings, table), table, present, transportNs),
    fetchedOnly: fetchedOnlyOf(table, handlings),
  };
}

function fetchedOnlyOf(table: TraceTable, handlings: readonly Handling[]): FetchedOnly[] {
  const fetched = new Map<string, { topic: string; service: string; spans: number }>();
  for (const { rows } of table.traces.values()) {
    for (const { message, service } of rows) {
      if (message?.role !== "receive") continue;
      const name = `${message.topic} ${service}`;
      const entry = fetched.get(name) ?? { topic: message.topic, service, spans: 0 };
      entry.spans += 1;
      fetched.set(name, entry);
    }
  }
  for (const { row, message } of handlings) fetched.delete(`${message.topic} ${row.service}`);
  return [...fetched.values()];
}

/** Turns messages into deliveries, upstream ones first, so that each can refer to the delivery that produced it. */
function link(
  messages: readonly Message[],
  table: TraceTable,
  { reportsOpen = true, ...present }: Present,
  transportNs: number,
): Pick<Deliveries, "deliveries" | "open"> {
  const sentLater = sentLaterNs(table);
  const availabilities = new Map(
    messages.map((message) => [message, availabilityOf(message, table, sentLater)]),
  );
  const runOf = createRuns(messages, table, (message) => availabilities.get(message)?.availableNs);
  const made = new Map<Message, Delivery>();
  const upstreamOf = createUpstream(messages, table);

  for (const message of messages) {
    const path = new Set<Message>();
    let at: Message | undefined = message;
    while (at && !path.has(at) && !made.has(at)) {
      path.add(at);
      at = upstreamOf(at);
    }
    let upstream = at && made.get(at);
    for (const next of [...path].reverse()) {
      const attempts = next.attempts.map(runOf);
      upstream = deliveryOf(next, attempts, availabilities.get(next) ?? unknown, upstream);
      made.set(next, upstream);
      for (const run of upstream.attempts) run.deliveries.push(upstream);
    }
  }
  const deliveries = [...made.values()];
  nameConsumers(deliveries, transportNs);
  const madeOf = (message: Message) => made.get(message);
  return {
    deliveries: deliveries.sort((a, b) => byStart(a.run, b.run) || compareText(a.order, b.order)),
    open: reportsOpen ? openMessagesOf(messages, madeOf, upstreamOf, table, present) : noOpenMessages,
  };
}

function deliveryOf(
  message: Message,
  attempts: readonly SpanRun[],
  availability: Availability,
  upstream: Delivery | undefined,
): Delivery {
  const { facts, group, producer, sharesOffset } = message;
  const sorted = attempts.toSorted(byStart);
  const run = decisive(sorted);
  const orderId = orderIdOf(message) ?? upstream?.orderId;
  const rootTraceId = upstream?.rootTraceId ?? producer?.traceId ?? run.traceId;
  return {
    cluster: facts.cluster,
    topic: facts.topic,
    partition: facts.partition,
    offset: facts.offset,
    sharesOffset,
    key: facts.key,
    group,
    groupKnown: facts.group !== undefined,
    service: run.service,
    order: orderId ?? upstream?.order ?? rootTraceId,
    orderId,
    rootTraceId,
    rootNs: upstream?.rootNs ?? producer?.rootNs ?? availability.availableNs ?? run.startNs,
    published: producer && { fromNs: producer.startNs, toNs: producer.endNs },
    availableNs: availability.availableNs,
    skewNs: availability.skewNs,
    producerService: producer?.service,
    unread: facts.unread,
    run,
    attempts: sorted,
    upstream,
  };
}

/** The run that did the work: the first that succeeded and was not skipped as a repetition, else the last. */
function decisive(attempts: readonly SpanRun[]): SpanRun {
  const real = attempts.filter(({ skipped }) => !skipped);
  const run = real.find(({ failed }) => !failed) ?? real.at(-1) ?? attempts.at(-1);
  if (!run) throw new Error("A delivery without a run.");
  return run;
}

/** Renames the consumers of runs whose spans do not distinguish them: `<what they look like> #<number>`. */
function nameConsumers(deliveries: readonly Delivery[], transportNs: number): void {
  const runs = new Set(deliveries.flatMap(({ attempts }) => attempts));
  const unclear = [...runs].filter(
    ({ isIdentified, concurrency }) => !isIdentified && concurrency === undefined,
  );
  for (const [consumer, ofConsumer] of Map.groupBy(unclear, (run) => run.consumer)) {
    const found = inferConsumers(ofConsumer, transportNs);
    if (found.length === 1) continue;
    found.forEach((own, n) => {
      for (const run of own) {
        run.looksLike = consumer;
        run.consumer = `${consumer} #${n + 1}`;
      }
    });
  }
}
