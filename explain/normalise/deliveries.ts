import { maxOf, minOf } from "../extremes.ts";
import { byStart, compareText } from "../waits/overlap.ts";
import type { Delivery, SpanRun, Work } from "./delivery.ts";
import type { MessageFacts } from "./message.ts";
import { ancestorsOf, type Row, type Trace, type TraceTable } from "./trace-table.ts";

const nsPerMs = 1_000_000;
/** Runs of one poll that start and end together, to within the jitter of clocks, are one batch. */
const batchJitterNs = 5_000_000;

/** A CONSUMER span that handles a message. */
type Handling = {
  readonly row: Row;
  readonly message: MessageFacts;
  readonly trace: Trace;
  readonly group: string;
};

/** A message and its handlings, before it is known where it came from. */
type Draft = {
  readonly message: MessageFacts;
  readonly group: string;
  readonly attempts: Handling[];
  readonly producer: Row | undefined;
};

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

function draftsOf(handlings: readonly Handling[], table: TraceTable): Draft[] {
  const drafts = new Map<string, Draft>();
  for (const handling of handlings) {
    const { message, row, group } = handling;
    const producers = producersOf(handling, table);
    // One span for a batch of messages, linked to all their producers.
    const senders: (Row | undefined)[] =
      message.offset === undefined && producers.length > 1 ? producers : [producers[0]];
    for (const producer of senders) {
      const { partition, offset, topic, cluster } = message;
      const id =
        partition === undefined || offset === undefined
          ? `${row.traceId} ${row.spanId} ${producer?.spanId}`
          : [cluster, topic, partition, group, offset].join(" ");
      const draft = drafts.get(id);
      if (draft) draft.attempts.push(handling);
      else drafts.set(id, { message, group, attempts: [handling], producer });
    }
  }
  return [...drafts.values()];
}

/** The producers' spans of what a span handles: the nearest one above it that sends to the topic, else those it links to. */
function producersOf({ row, message, trace }: Handling, table: TraceTable): Row[] {
  for (const ancestor of ancestorsOf(trace, row)) {
    if (sends(ancestor, message)) return [ancestor];
    if (ancestor.message?.role === "process") break;
  }
  return row.links.flatMap(({ traceId, spanId }) => {
    const linked = table.traces.get(traceId)?.bySpanId.get(spanId);
    return linked && sends(linked, message) ? [linked] : [];
  });
}

function sends(row: Row, { topic }: MessageFacts): boolean {
  return row.message?.role === "send" && row.message.topic === topic;
}

/** Makes the deliveries of drafts; that in which a message was produced before that of the message. */
function complete(drafts: readonly Draft[], table: TraceTable): Delivery[] {
  const draftOf = new Map<Row, Draft>();
  for (const draft of drafts) for (const { row } of draft.attempts) draftOf.set(row, draft);
  const availabilities = new Map(drafts.map((draft) => [draft, availabilityOf(draft, table)]));
  const runOf = createRuns(drafts, table, (row) => {
    const draft = draftOf.get(row);
    return draft && availabilities.get(draft)?.availableNs;
  });
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
  { message, group, producer, attempts: handlings }: Draft,
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

type Availability = Pick<Delivery, "availableNs" | "skewNs">;

const unknown: Availability = { availableNs: undefined, skewNs: 0 };

/** When the broker had the message, by the best of what the spans tell; see docs/decisions/0007-explain.md. */
function availabilityOf({ producer, attempts }: Draft, { originNs }: TraceTable): Availability {
  const [first] = attempts.toSorted((a, b) => a.row.startNs - b.row.startNs);
  if (!first) return unknown;
  const { startNs } = first.row;
  const { queueTimeMs } = first.message;
  const recordNs = sinceOrigin(first.message.recordTimestampMs, originNs);
  if (producer) {
    if (producer.endNs <= startNs) return { availableNs: producer.endNs, skewNs: 0 };
    if (producer.startNs > startNs) return { availableNs: startNs, skewNs: producer.startNs - startNs };
    // The producer saw the acknowledgement late; the broker had the message before.
    const plausible = recordNs !== undefined && recordNs >= producer.startNs - nsPerMs && recordNs <= startNs;
    return { availableNs: plausible ? recordNs : startNs, skewNs: 0 };
  }
  if (recordNs !== undefined) {
    // The record's time has whole milliseconds.
    const skewNs = recordNs > startNs + nsPerMs ? recordNs - startNs : 0;
    return { availableNs: Math.min(recordNs, startNs), skewNs };
  }
  if (queueTimeMs !== undefined)
    return { availableNs: startNs - Math.round(queueTimeMs * nsPerMs), skewNs: 0 };
  return unknown;
}

function sinceOrigin(ms: number | undefined, originNs: bigint): number | undefined {
  return ms === undefined ? undefined : Math.round((ms - Number(originNs / 1_000_000n)) * nsPerMs);
}

/** Gives the run of a handling; handlings of one batch have the same one. */
function createRuns(
  drafts: readonly Draft[],
  { originNs }: TraceTable,
  availableOf: (row: Row) => number | undefined,
): (handling: Handling) => SpanRun {
  const batches = batchesOf(new Set(drafts.flatMap(({ attempts }) => attempts)));
  const made = new Map<Handling, SpanRun>();
  const below = createDescendants();

  function make(batch: readonly Handling[], { row, message, trace, group }: Handling): SpanRun {
    const { cluster, topic, partition, offset, instance } = message;
    const under = below(trace, row);
    const available = batch.map((one) => availableOf(one.row)).filter((ns) => ns !== undefined);
    return {
      lane: partition === undefined ? undefined : [cluster, topic, partition, group].join(" "),
      consumer: instance ?? group,
      offset,
      key: batch.length === 1 ? message.key : undefined,
      startNs: minOf(batch.map((one) => one.row.startNs)),
      endNs: maxOf(batch.map((one) => one.row.endNs)),
      availableNs: available.length > 0 ? minOf(available) : undefined,
      assignedNs: sinceOrigin(message.assignedAtMs, originNs),
      fetchedNs: sinceOrigin(message.fetchedAtMs, originNs),
      concurrency: message.concurrency,
      certain: partition !== undefined && offset !== undefined && instance !== undefined,
      traceId: row.traceId,
      spanId: row.spanId,
      name: row.name,
      service: row.service,
      instance,
      failed: row.failed,
      skipped: message.skipped,
      work: workOf(under),
      messages: batch.length,
      retryNs: retryOf(under),
      deliveries: [],
    };
  }

  return (handling) => {
    const batch = batches.get(handling) ?? [handling];
    const [first = handling] = batch;
    const run = made.get(first) ?? make(batch, first);
    made.set(first, run);
    return run;
  };
}

/** Handlings of one partition that came from one poll, and start and end together. */
function batchesOf(handlings: Iterable<Handling>): Map<Handling, readonly Handling[]> {
  const polls = Map.groupBy(handlings, ({ row, message, trace }) => {
    const parent = row.parentSpanId === undefined ? undefined : trace.bySpanId.get(row.parentSpanId);
    if (parent?.message?.role !== "receive") return undefined;
    return [row.traceId, parent.spanId, message.topic, message.partition].join(" ");
  });
  const batches = new Map<Handling, readonly Handling[]>();
  for (const [poll, ofPoll] of polls) {
    if (poll === undefined || ofPoll.length < 2) continue;
    const spread = (times: readonly number[]) => maxOf(times) - minOf(times);
    const together =
      spread(ofPoll.map(({ row }) => row.startNs)) <= batchJitterNs &&
      spread(ofPoll.map(({ row }) => row.endNs)) <= batchJitterNs;
    if (!together) continue;
    const sorted = ofPoll.toSorted((a, b) => (a.message.offset ?? 0) - (b.message.offset ?? 0));
    for (const handling of sorted) batches.set(handling, sorted);
  }
  return batches;
}

/** What lies under a row, down to where messages are sent or handled. */
function createDescendants() {
  const childrenOf = new WeakMap<Trace, Map<string, Row[]>>();

  function children(trace: Trace): Map<string, Row[]> {
    const known = childrenOf.get(trace);
    if (known) return known;
    const made = Map.groupBy(trace.rows, ({ parentSpanId }) => parentSpanId ?? "");
    childrenOf.set(trace, made);
    return made;
  }

  return (trace: Trace, top: Row): Row[] => {
    const ofTrace = children(trace);
    const found = new Set<Row>();
    const open = [top];
    for (let at = open.pop(); at; at = open.pop()) {
      for (const child of ofTrace.get(at.spanId) ?? []) {
        if (child.message || child === top || found.has(child)) continue;
        found.add(child);
        open.push(child);
      }
    }
    return [...found];
  };
}

const mostWork = 5;
/** `resource.memory.*_mb` is in MiB. */
const bytesPerMb = 1024 * 1024;

/** Our operations; of other people's services the spans without children of their own, joined by name. */
function workOf(rows: readonly Row[]): Work[] {
  const ours = rows.flatMap(({ name, work, startNs, endNs }): Work[] => {
    if (!work) return [];
    const { operation, intensity, queueMs, cpuMs, memoryMb } = work;
    return [
      {
        name,
        operation,
        intensity,
        ns: endNs - startNs,
        queueNs: Math.round(queueMs * nsPerMs),
        cpuNs: cpuMs === undefined ? undefined : Math.round(cpuMs * nsPerMs),
        memoryBytes: memoryMb === undefined ? undefined : Math.round(memoryMb * bytesPerMb),
      },
    ];
  });
  if (ours.length > 0) return ours.sort(longestFirst);
  const parents = new Set(rows.map(({ parentSpanId }) => parentSpanId));
  const leaves = Map.groupBy(
    rows.filter(({ spanId }) => !parents.has(spanId)),
    ({ name }) => name,
  );
  return [...leaves]
    .map(([name, ofName]) => ({
      name,
      operation: undefined,
      intensity: undefined,
      ns: ofName.reduce((ns, { startNs, endNs }) => ns + endNs - startNs, 0),
      queueNs: 0,
      cpuNs: undefined,
      memoryBytes: undefined,
    }))
    .sort(longestFirst)
    .slice(0, mostWork);
}

function longestFirst(a: Work, b: Work): number {
  return b.ns - a.ns || compareText(a.name, b.name);
}

function retryOf(rows: readonly Row[]): number {
  const attempts = rows.filter(({ attempt }) => attempt !== undefined).map(({ startNs }) => startNs);
  return attempts.length > 1 ? maxOf(attempts) - minOf(attempts) : 0;
}
