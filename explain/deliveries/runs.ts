import { maxOf, minOf } from "../extremes.ts";
import type { ProblemLog } from "../problem-log.ts";
import { namesOfTopic } from "../spans/destinations.ts";
import type { MessageFacts } from "../spans/message.ts";
import type { TraceTable } from "../spans/trace-table.ts";
import { joinedWork, retryOf } from "../spans/work.ts";
import { sinceOrigin } from "./availability.ts";
import type { SpanRun } from "./delivery.ts";
import type { Handling } from "./handlings.ts";
import type { Message } from "./messages.ts";

/** Runs of one poll that start and end together, within the jitter of clocks, are one batch. */
const batchJitterNs = 5_000_000;

/** Returns the run of a handling; handlings of one batch share their run. */
export function createRuns(
  messages: readonly Message[],
  { originNs, gaps }: TraceTable,
  availableOf: (message: Message) => number | undefined,
): (handling: Handling) => SpanRun {
  const messagesOf = new Map<Handling, Message[]>();
  for (const message of messages) {
    for (const handling of message.attempts) {
      const ofHandling = messagesOf.get(handling);
      if (ofHandling) ofHandling.push(message);
      else messagesOf.set(handling, [message]);
    }
  }
  const batches = batchesOf(messagesOf.keys());
  const nameOf = createNames();
  const laneOf = ({ cluster, topic, partition }: MessageFacts, group: string) =>
    partition === undefined ? undefined : nameOf(cluster, topic, partition, group);
  const mixed = [...messages.filter(({ sharesOffset }) => sharesOffset), ...readTwice(messages, gaps)];
  const mixedLanes = new Set(mixed.flatMap(({ facts, group }) => laneOf(facts, group) ?? []));
  const made = new Map<Handling, SpanRun>();

  function handledIn(batch: readonly Handling[]): readonly Message[] {
    const [first] = batch;
    if (first && batch.length === 1) return messagesOf.get(first) ?? [];
    return [...new Set(batch.flatMap((one) => messagesOf.get(one) ?? []))];
  }

  function make(batch: readonly Handling[], { row, message, group, inner, goesOnNs }: Handling): SpanRun {
    const { cluster, topic, consumer, isInferred } = message;
    const { instance, place } = consumer;
    const consumerName = instance ?? place ?? group;
    const below =
      inner.length === 0 && row.below ? [row.below] : [row, ...inner].flatMap((one) => one.below ?? []);
    const handled = handledIn(batch);
    const [only] = handled;
    const available = handled.map(availableOf).filter((ns) => ns !== undefined);
    const startNs = minOf(batch.map((one) => one.row.startNs));
    const first = only && laneOf(only.facts, group);
    // A batch from several partitions is in none of their lanes.
    const lane = handled.every(({ facts }) => laneOf(facts, group) === first) ? first : undefined;
    // Offsets of several logs do not show the order.
    const isMixed = lane !== undefined && mixedLanes.has(lane);
    const offsets = isMixed || lane === undefined ? [] : handled.map(({ facts }) => facts.offset);
    const known = offsets.filter((offset) => offset !== undefined);
    const hasOffsets = known.length > 0 && known.length === offsets.length;
    return {
      lane,
      // Without a group, each topic of a process has a consumer of its own.
      consumer: nameOf(cluster, group, message.group === undefined ? topic : "", consumerName),
      consumerName,
      isIdentified: instance !== undefined && consumer.hasClient,
      offset: hasOffsets ? minOf(known) : undefined,
      lastOffset: hasOffsets && handled.length > 1 ? maxOf(known) : undefined,
      key: handled.length === 1 && only ? only.facts.key : undefined,
      startNs,
      endNs: maxOf(batch.map((one) => one.row.endNs)),
      availableNs: available.length > 0 ? minOf(available) : undefined,
      assignedNs: before(startNs, sinceOrigin(message.assignedAtMs, originNs)),
      fetchedNs: before(startNs, sinceOrigin(message.fetchedAtMs, originNs)),
      concurrency: message.concurrency,
      certain: hasOffsets && instance !== undefined && !isInferred && !handled.some(isRelayed),
      traceId: row.traceId,
      spanId: row.spanId,
      name: row.name,
      service: row.service,
      scope: row.scope,
      instance,
      failed: row.failed,
      skipped: message.skipped,
      goesOnNs,
      work: joinedWork(below),
      messages: handled.length,
      retryNs: retryOf(below),
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

/** From this share of a stage's messages on, handling them again is the rule. */
const readTwiceShare = 0.2;

/**
 * Messages of stages without a group's name, where handling a message again although it succeeded is the rule: several groups of
 * one service look like one.
 */
function readTwice(messages: readonly Message[], gaps: ProblemLog): Message[] {
  const unnamed = messages.filter(({ facts }) => facts.group === undefined);
  const stages = Map.groupBy(unnamed, ({ facts: { cluster, topic }, group }) =>
    [cluster, topic, group].join(" "),
  );
  return [...stages.values()].flatMap((ofStage) => {
    const again = ofStage.filter(
      ({ attempts }) => attempts.filter(({ row, message }) => !row.failed && !message.skipped).length > 1,
    );
    const [first] = again;
    if (!first || again.length <= ofStage.length * readTwiceShare) return [];
    gaps.add(
      "Messages were handled several times although nothing had failed: several groups of one service may look like one. Nothing about them is proven; record messaging.consumer.group.name.",
      `topic ${first.facts.topic}, service ${first.group}`,
      again.length,
    );
    return ofStage;
  });
}

/**
 * Whether the sender sent the message to another place than where it was handled, by topic, cluster, partition or offset: something
 * without spans may have sent it on, later.
 */
function isRelayed({ producer, facts }: Message): boolean {
  const sent = producer?.message;
  if (!sent) return false;
  const isElsewhere = <T>(one: T | undefined, other: T | undefined) =>
    one !== undefined && other !== undefined && one !== other;
  return (
    isElsewhere(sent.cluster || undefined, facts.cluster || undefined) ||
    isElsewhere(sent.partition, facts.partition) ||
    isElsewhere(sent.offset, facts.offset) ||
    !isSameTopic(sent.topic, facts.topic)
  );
}

function isSameTopic(sent: string, handled: string): boolean {
  return sent === handled || namesOfTopic(handled).includes(sent) || namesOfTopic(sent).includes(handled);
}

/** Corrects the jitter of clocks in a time that was before the run started. */
function before(startNs: number, ns: number | undefined): number | undefined {
  return ns === undefined ? undefined : Math.min(ns, startNs);
}

type Name = { readonly longer: Map<string | number, Name>; text: string | undefined };

/** Joins parts to a name that is one string however often it is made: runs are grouped by such names. */
function createNames(): (...parts: readonly (string | number)[]) => string {
  const root: Name = { longer: new Map(), text: undefined };
  return (...parts) => {
    let at = root;
    for (const part of parts) {
      const known = at.longer.get(part);
      const next = known ?? { longer: new Map(), text: undefined };
      if (!known) at.longer.set(part, next);
      at = next;
    }
    at.text ??= parts.join(" ");
    return at.text;
  };
}

/** Finds batches: handlings of one partition from one poll that start and end together. */
function batchesOf(handlings: Iterable<Handling>): Map<Handling, readonly Handling[]> {
  const polls = Map.groupBy(handlings, ({ row, message }) => {
    const { above, missingParentId } = row;
    // A span that links to its sender is below something else: below its poll, even if the poll's span is missing.
    const isPolled = above ? above.message?.role === "receive" : row.links.length > 0;
    const pollId = above?.spanId ?? missingParentId;
    if (!isPolled || pollId === undefined) return undefined;
    return [row.traceId, pollId, message.topic, message.partition].join(" ");
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
