import type { DeliveryFinding, Explanation } from "../../explain/explanation.ts";
import type { Span } from "../../explain/span.ts";
import { readTruth, type TrueBlame, type TrueMessage, trueBlames } from "./truth.ts";

/** A wait shorter than this is too short for a claim about its blocker. */
const shortMs = 100;
/** Clocks of spans and of the program's log, and the time between a span's start and the handler's. */
const toleranceMs = 50;
const tolerance = 0.05;

export type Comparison = {
  /** Messages that the truth log has and explain does not, and the other way round. */
  readonly missing: readonly string[];
  readonly invented: readonly string[];
  /** Messages whose waits explain knows. */
  readonly waits: number;
  /** Messages whose waits are more than 5 % and 50 ms off. */
  readonly wrongWaits: readonly { readonly place: string; readonly text: string }[];
  /** Messages that really waited for one other message most of the time, and how many of them explain blames on it. */
  readonly blames: number;
  readonly rightBlames: number;
  readonly wrongBlames: readonly string[];
  /** Proven segments that blame a message which did not hold up this one. */
  readonly falseProofs: readonly string[];
};

/** Compares an explanation with the truth log of the same run; `spans` are those that were explained. */
export function compareWithTruth(
  explanation: Explanation,
  spans: readonly Span[],
  truthLog: string,
): Comparison {
  const messages = readTruth(truthLog);
  const blames = trueBlames(messages);
  const deliveries = explanation.orders.flatMap((order) => order.deliveries);
  const match = matcher(messages, spans, explanation);
  const found = new Map<TrueMessage, DeliveryFinding>();
  const bySpan = new Map<string, TrueMessage[]>();
  const invented: string[] = [];
  /** Topics of deliveries of which the spans that name the message were lost with a killed process. */
  const unidentified: string[] = [];
  for (const delivery of deliveries) {
    const message = match(delivery);
    if (message && !found.has(message)) found.set(message, delivery);
    else if (message || isIdentified(delivery)) invented.push(placeOf(delivery));
    else unidentified.push(delivery.topic);
    if (message) bySpan.set(delivery.spanId, [...(bySpan.get(delivery.spanId) ?? []), message]);
  }
  const notFound = messages.filter((message) => !found.has(message));
  for (const [topic, { length }] of Map.groupBy(unidentified, (one) => one)) {
    const lost = notFound.filter((message) => message.topic === topic).length;
    for (let n = lost; n < length; n += 1) invented.push(placeOf({ topic }));
  }
  const wrongWaits: { place: string; text: string }[] = [];
  const wrongBlames: string[] = [];
  const falseProofs: string[] = [];
  let [waits, judged] = [0, 0];
  for (const [message, delivery] of found) {
    if (!delivery.wait) continue;
    waits += 1;
    const waitMs = Math.max(0, message.handlings[0].handedOverMs - message.ackedMs);
    // The broker had the message at some time between the two.
    const longestMs = Math.max(0, message.handlings[0].handedOverMs - message.sentMs);
    const claimedMs = delivery.wait.ns / 1e6;
    if (claimedMs < waitMs - allowed(waitMs) || claimedMs > longestMs + allowed(longestMs)) {
      const text = `waited ${waitMs.toFixed()} ms, not ${claimedMs.toFixed()}`;
      wrongWaits.push({ place: placeOf(message), text });
    }
    const trueOnes = blames.get(message) ?? [];
    for (const proof of falseProofsOf(delivery, trueOnes, bySpan))
      falseProofs.push(`${placeOf(message)}: ${proof}`);
    const [worst] = trueOnes;
    if (!worst || waitMs < shortMs || worst.ms < waitMs / 2) continue;
    judged += 1;
    const [blamed] = delivery.wait.blockers;
    const named = blamed ? (bySpan.get(blamed.spanId) ?? []) : [];
    if (!named.includes(worst.blocker)) {
      const instead = named[0] ? placeOf(named[0]) : (blamed?.order ?? "nobody");
      wrongBlames.push(`${placeOf(message)} waited for ${placeOf(worst.blocker)}, not for ${instead}`);
    }
  }
  return {
    missing: notFound.map(placeOf),
    invented,
    waits,
    wrongWaits,
    blames: judged,
    rightBlames: judged - wrongBlames.length,
    wrongBlames,
    falseProofs,
  };
}

function isIdentified({ partition, offset, publishNs }: DeliveryFinding): boolean {
  return (partition !== undefined && offset !== undefined) || publishNs !== undefined;
}

function allowed(waitMs: number): number {
  return Math.max(toleranceMs, waitMs * tolerance);
}

/** `topic/partition/offset` */
export function placeOf({
  topic,
  partition = -1,
  offset = -1,
}: {
  readonly topic: string;
  readonly partition?: number | undefined;
  readonly offset?: number | undefined;
}): string {
  return `${topic}/${partition}/${offset}`;
}

/** Finds the message of a delivery: by partition and offset, else by the start of its producer's span. */
function matcher(messages: readonly TrueMessage[], spans: readonly Span[], explanation: Explanation) {
  const byPlace = new Map(messages.map((message) => [placeOf(message), message]));
  const originNs = BigInt(Date.parse(explanation.origin)) * 1_000_000n;
  const byProducer = new Map(messages.map((message) => [message.producerSpanId, message]));
  const byStart = new Map<string, TrueMessage>();
  for (const { kind, spanId, startNs } of spans) {
    const message = kind === "producer" ? byProducer.get(spanId) : undefined;
    if (message) byStart.set(`${message.topic} ${startNs - originNs}`, message);
  }
  return (delivery: DeliveryFinding): TrueMessage | undefined => {
    if (delivery.partition !== undefined && delivery.offset !== undefined)
      return byPlace.get(placeOf(delivery));
    const { availableAtNs, publishNs, topic } = delivery;
    if (availableAtNs === undefined || publishNs === undefined) return undefined;
    return byStart.get(`${topic} ${availableAtNs - publishNs}`);
  };
}

/** Proven blame that does not overlap with any handling that really held up the message. */
function falseProofsOf(
  { wait }: DeliveryFinding,
  trueOnes: readonly TrueBlame[],
  bySpan: ReadonlyMap<string, readonly TrueMessage[]>,
): string[] {
  const blockers = new Set(trueOnes.map(({ blocker }) => blocker));
  return (wait?.segments ?? []).flatMap(({ proven, evidence, cause, fromAtNs, toAtNs }) => {
    if (!proven || toAtNs - fromAtNs < toleranceMs * 1e6) return [];
    return evidence.flatMap(({ spanId }) => {
      const named = bySpan.get(spanId) ?? [];
      return named.some((message) => blockers.has(message))
        ? []
        : [`${cause} blames ${named[0] ? placeOf(named[0]) : spanId}`];
    });
  });
}
