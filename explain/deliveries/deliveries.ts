import { createRoots } from "../spans/ancestors.ts";
import type { TraceTable } from "../spans/trace-table.ts";
import { byStart, compareText } from "../waits/overlap.ts";
import { type Availability, availabilityOf, unknown } from "./availability.ts";
import type { Delivery, SpanRun } from "./delivery.ts";
import { type Draft, draftsOf, keyOf, orderIdOf } from "./drafts.ts";
import { handlingsOf } from "./handlings.ts";
import { createRuns } from "./runs.ts";
import { createUpstream } from "./upstream.ts";

/** A topic and group of which there are receiving spans but none that tells how long the handling took. */
export type Unprocessed = { readonly topic: string; readonly service: string; readonly spans: number };

export type Deliveries = {
  readonly deliveries: readonly Delivery[];
  readonly unprocessed: readonly Unprocessed[];
};

/** Makes deliveries of the messaging spans in a table. */
export function deliveriesOf(table: TraceTable): Deliveries {
  const handlings = handlingsOf(table);
  const received = new Map<string, { topic: string; service: string; spans: number }>();
  for (const { rows } of table.traces.values()) {
    for (const { message, service } of rows) {
      if (message?.role !== "receive") continue;
      const name = `${message.topic} ${service}`;
      const entry = received.get(name) ?? { topic: message.topic, service, spans: 0 };
      entry.spans += 1;
      received.set(name, entry);
    }
  }
  for (const { row, message } of handlings) received.delete(`${message.topic} ${row.service}`);
  return { deliveries: complete(draftsOf(handlings, table), table), unprocessed: [...received.values()] };
}

/** Makes the deliveries of drafts; that in which a message was produced before that of the message. */
function complete(drafts: readonly Draft[], table: TraceTable): Delivery[] {
  const availabilities = new Map(drafts.map((draft) => [draft, availabilityOf(draft, table)]));
  const runOf = createRuns(drafts, table, (draft) => availabilities.get(draft)?.availableNs);
  const made = new Map<Draft, Delivery>();
  const upstreamOf = createUpstream(drafts, table);
  const rootNsOf = createRoots();

  for (const draft of drafts) {
    const path = new Set<Draft>();
    let at: Draft | undefined = draft;
    while (at && !path.has(at) && !made.has(at)) {
      path.add(at);
      at = upstreamOf(at);
    }
    let upstream = at && made.get(at);
    for (const next of [...path].reverse()) {
      const attempts = next.attempts.map(runOf);
      const { producer } = next;
      const trace = producer && table.traces.get(producer.traceId);
      const rootNs = trace && rootNsOf(trace, producer);
      upstream = deliveryOf(next, attempts, availabilities.get(next) ?? unknown, upstream, rootNs);
      made.set(next, upstream);
      for (const run of upstream.attempts) run.deliveries.push(upstream);
    }
  }
  return [...made.values()].sort((a, b) => byStart(a.run, b.run) || compareText(a.order, b.order));
}

function deliveryOf(
  draft: Draft,
  attempts: readonly SpanRun[],
  availability: Availability,
  upstream: Delivery | undefined,
  rootNs: number | undefined,
): Delivery {
  const { message, group, producer, sharesOffset } = draft;
  const sorted = attempts.toSorted(byStart);
  const run = decisive(sorted);
  const orderId = orderIdOf(draft) ?? upstream?.orderId;
  const rootTraceId = upstream?.rootTraceId ?? producer?.traceId ?? run.traceId;
  return {
    cluster: message.cluster,
    topic: message.topic,
    partition: message.partition,
    offset: message.offset,
    sharesOffset,
    key: keyOf(draft),
    group,
    groupKnown: message.group !== undefined,
    service: run.service,
    order: orderId ?? upstream?.order ?? rootTraceId,
    orderId,
    rootTraceId,
    rootNs: upstream?.rootNs ?? rootNs ?? availability.availableNs ?? run.startNs,
    published: producer && { fromNs: producer.startNs, toNs: producer.endNs },
    availableNs: availability.availableNs,
    skewNs: availability.skewNs,
    producerService: producer?.service,
    run,
    attempts: sorted,
    upstream,
  };
}

/** The run that did the work: the first one that succeeded and was no mere repetition, else the last one. */
function decisive(attempts: readonly SpanRun[]): SpanRun {
  const real = attempts.filter(({ skipped }) => !skipped);
  const run = real.find(({ failed }) => !failed) ?? real.at(-1) ?? attempts.at(-1);
  if (!run) throw new Error("A delivery without a run.");
  return run;
}
