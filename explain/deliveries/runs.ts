import { maxOf, minOf } from "../extremes.ts";
import type { TraceTable } from "../spans/trace-table.ts";
import { sinceOrigin } from "./availability.ts";
import type { SpanRun } from "./delivery.ts";
import { type Draft, keyOf } from "./drafts.ts";
import type { Handling } from "./handlings.ts";
import { createDescendants, retryOf, workOf } from "./work.ts";

/** Runs of one poll that start and end together, to within the jitter of clocks, are one batch. */
const batchJitterNs = 5_000_000;

/** Gives the run of a handling; handlings of one batch have the same one. */
export function createRuns(
  drafts: readonly Draft[],
  { originNs }: TraceTable,
  availableOf: (draft: Draft) => number | undefined,
): (handling: Handling) => SpanRun {
  const draftsOf = new Map<Handling, Draft[]>();
  for (const draft of drafts) {
    for (const handling of draft.attempts) {
      const ofHandling = draftsOf.get(handling);
      if (ofHandling) ofHandling.push(draft);
      else draftsOf.set(handling, [draft]);
    }
  }
  const batches = batchesOf(draftsOf.keys());
  const mixed = new Set(drafts.filter(({ sharesOffset }) => sharesOffset).map(laneOf));
  const made = new Map<Handling, SpanRun>();
  const below = createDescendants();

  function make(batch: readonly Handling[], { row, message, trace, group, inner }: Handling): SpanRun {
    const { cluster, partition, offset, instance, host } = message;
    const consumerName = instance ?? host ?? group;
    const under = below(trace, row, inner);
    const messages = new Set(batch.flatMap((one) => draftsOf.get(one) ?? []));
    const [only] = messages;
    const available = [...messages].map(availableOf).filter((ns) => ns !== undefined);
    const startNs = minOf(batch.map((one) => one.row.startNs));
    const lane = laneOf({ message, group });
    // Offsets of several logs tell no order.
    const isMixed = mixed.has(lane);
    return {
      lane,
      consumer: [cluster, group, consumerName].join(" "),
      consumerName,
      offset: isMixed ? undefined : offset,
      lastOffset: isMixed ? undefined : batch.at(-1)?.message.offset,
      key: messages.size === 1 && only ? (message.key ?? keyOf(only)) : undefined,
      startNs,
      endNs: maxOf(batch.map((one) => one.row.endNs)),
      availableNs: available.length > 0 ? minOf(available) : undefined,
      assignedNs: before(startNs, sinceOrigin(message.assignedAtMs, originNs)),
      fetchedNs: before(startNs, sinceOrigin(message.fetchedAtMs, originNs)),
      concurrency: message.concurrency,
      certain: partition !== undefined && offset !== undefined && instance !== undefined && !isMixed,
      traceId: row.traceId,
      spanId: row.spanId,
      name: row.name,
      service: row.service,
      instance,
      failed: row.failed,
      skipped: message.skipped,
      work: workOf(under),
      messages: messages.size,
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

/** A time that came before a run began, but for the jitter of clocks. */
function before(startNs: number, ns: number | undefined): number | undefined {
  return ns === undefined ? undefined : Math.min(ns, startNs);
}

/** What is consumed in order, as far as the spans name it. */
function laneOf({ message, group }: Pick<Draft, "message" | "group">): string | undefined {
  const { cluster, topic, partition } = message;
  return partition === undefined ? undefined : [cluster, topic, partition, group].join(" ");
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
