import { byStart, compareText } from "../waits/overlap.ts";
import { type Availability, availabilityOf, unknown } from "./availability.ts";
import type { Delivery, SpanRun } from "./delivery.ts";
import { type Draft, draftsOf, type Handling } from "./drafts.ts";
import { createRuns } from "./runs.ts";
import { ancestorsOf, type Row, type TraceTable } from "./trace-table.ts";

/** A topic and group of which there are receiving spans but none that tells how long the handling took. */
export type Unprocessed = { readonly topic: string; readonly service: string; readonly spans: number };

export type Deliveries = {
  readonly deliveries: readonly Delivery[];
  readonly unprocessed: readonly Unprocessed[];
};

/** Makes deliveries of the messaging spans in a table. */
export function deliveriesOf(table: TraceTable): Deliveries {
  const handlings: Handling[] = [];
  const received = new Map<string, { topic: string; service: string; spans: number }>();
  for (const trace of table.traces.values()) {
    for (const row of trace.rows) {
      const { message } = row;
      if (message?.role === "process") {
        handlings.push({ row, message, trace, group: message.group ?? row.service });
      } else if (message?.role === "receive") {
        const name = `${message.topic} ${row.service}`;
        const entry = received.get(name) ?? { topic: message.topic, service: row.service, spans: 0 };
        entry.spans += 1;
        received.set(name, entry);
      }
    }
  }
  for (const { row, message } of handlings) received.delete(`${message.topic} ${row.service}`);
  return { deliveries: complete(draftsOf(handlings, table), table), unprocessed: [...received.values()] };
}

/** Makes the deliveries of drafts; that in which a message was produced before that of the message. */
function complete(drafts: readonly Draft[], table: TraceTable): Delivery[] {
  const draftOf = new Map<Row, Draft>();
  for (const draft of drafts.toReversed()) for (const { row } of draft.attempts) draftOf.set(row, draft);
  const availabilities = new Map(drafts.map((draft) => [draft, availabilityOf(draft, table)]));
  const runOf = createRuns(drafts, table, (draft) => availabilities.get(draft)?.availableNs);
  const made = new Map<Draft, Delivery>();

  function above({ producer }: Draft): Draft | undefined {
    const trace = producer && table.traces.get(producer.traceId);
    if (!trace) return undefined;
    for (const ancestor of ancestorsOf(trace, producer)) {
      if (ancestor.message?.role === "process") return draftOf.get(ancestor);
    }
    return undefined;
  }

  for (const draft of drafts) {
    const path = new Set<Draft>();
    let at: Draft | undefined = draft;
    while (at && !path.has(at) && !made.has(at)) {
      path.add(at);
      at = above(at);
    }
    let upstream = at && made.get(at);
    for (const next of [...path].reverse()) {
      const attempts = next.attempts.map(runOf);
      upstream = deliveryOf(next, attempts, availabilities.get(next) ?? unknown, upstream, table);
      made.set(next, upstream);
      for (const run of upstream.attempts) run.deliveries.push(upstream);
    }
  }
  return [...made.values()].sort((a, b) => byStart(a.run, b.run) || compareText(a.order, b.order));
}

function deliveryOf(
  { message, group, producer, attempts: handlings, sharesOffset }: Draft,
  attempts: readonly SpanRun[],
  availability: Availability,
  upstream: Delivery | undefined,
  table: TraceTable,
): Delivery {
  const sorted = attempts.toSorted(byStart);
  const run = decisive(sorted);
  const orderId = handlings.map(({ row }) => row.orderId).find((id) => id !== undefined) ?? upstream?.orderId;
  const rootTraceId = upstream?.rootTraceId ?? producer?.traceId ?? run.traceId;
  return {
    cluster: message.cluster,
    topic: message.topic,
    partition: message.partition,
    offset: message.offset,
    sharesOffset,
    key: message.key ?? producer?.message?.key,
    group,
    groupKnown: message.group !== undefined,
    service: run.service,
    order: orderId ?? upstream?.order ?? rootTraceId,
    orderId,
    rootTraceId,
    rootNs: upstream?.rootNs ?? rootOf(producer, table) ?? availability.availableNs ?? run.startNs,
    published: producer && { fromNs: producer.startNs, toNs: producer.endNs },
    availableNs: availability.availableNs,
    skewNs: availability.skewNs,
    producerService: producer?.service,
    run,
    attempts: sorted,
    upstream,
  };
}

/** The run that did the work: the last one that succeeded and was no mere repetition, else the last one. */
function decisive(attempts: readonly SpanRun[]): SpanRun {
  const real = attempts.filter(({ skipped }) => !skipped);
  const run = real.findLast(({ failed }) => !failed) ?? real.at(-1) ?? attempts.at(-1);
  if (!run) throw new Error("A delivery without a run.");
  return run;
}

function rootOf(producer: Row | undefined, table: TraceTable): number | undefined {
  const trace = producer && table.traces.get(producer.traceId);
  return trace && ([...ancestorsOf(trace, producer)].at(-1)?.startNs ?? producer.startNs);
}
