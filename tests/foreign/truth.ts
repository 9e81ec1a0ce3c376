import { z } from "zod";

const seconds = z.number();
const base = { id: z.number(), topic: z.string() };

const event = z.discriminatedUnion("ev", [
  z.object({ ev: z.literal("sent"), ...base, t: seconds }),
  z.object({ ev: z.literal("acked"), ...base, p: z.number(), o: z.number(), t: seconds }),
  z.object({ ev: z.literal("assigned"), c: z.string(), t: seconds, ps: z.array(z.number()) }),
  z.object({
    ev: z.literal("handled"),
    c: z.string(),
    ...base,
    p: z.number(),
    o: z.number(),
    s: seconds,
    e: seconds,
    /** When the batch with the message was handed over. */
    b: seconds.optional(),
    /** `traceparent` of the message: its producer's span. */
    tp: z.string().optional(),
  }),
  z.object({ ev: z.literal("ready") }),
]);

/** One handling as the program itself recorded it. Times are ms since the epoch. */
type TrueHandling = {
  /** The process and the topic: a process may have a consumer for each. */
  readonly consumer: string;
  /** When the program got the message: with its whole batch, which is where spans begin. */
  readonly handedOverMs: number;
  readonly startMs: number;
  readonly endMs: number;
};

/** What really happened to a message. Times are ms since the epoch. */
export type TrueMessage = {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly sentMs: number;
  /** When the producer got the acknowledgement. */
  readonly ackedMs: number;
  /** All handlings that ended, by start; a handling cut short by a kill has left no record. */
  readonly handlings: readonly [TrueHandling, ...TrueHandling[]];
  /** Span id of the producer, from the message's headers. */
  readonly producerSpanId: string | undefined;
};

/** Reads the truth log of a run: the messages that were handled, by topic, partition and offset. */
export function readTruth(text: string): TrueMessage[] {
  const events = text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => event.parse(JSON.parse(line)));
  const sent = events.filter((one) => one.ev === "sent").sort((a, b) => a.t - b.t);
  const acked = new Map<string, number>();
  for (const one of events) {
    if (one.ev === "acked") acked.set(`${one.topic} ${one.p} ${one.o}`, one.t * 1000);
  }
  const handled = events.filter((one) => one.ev === "handled").sort((a, b) => a.s - b.s);
  const messages = Map.groupBy(handled, ({ topic, p, o }) => `${topic} ${p} ${o}`);
  return [...messages].flatMap(([place, own]) => {
    const [first, ...rest] = own;
    if (!first) return [];
    const handling = ({ c, topic, s, e, b = s }: (typeof own)[number]) => ({
      consumer: `${c} ${topic}`,
      handedOverMs: b * 1000,
      startMs: s * 1000,
      endMs: e * 1000,
    });
    const ackedMs = acked.get(place);
    const untilMs = ackedMs ?? first.s * 1000;
    // An order that was delivered to a stage again is sent to the next one again.
    const ofMessage = ({ topic, id, t }: (typeof sent)[number]) =>
      topic === first.topic && id === first.id && t * 1000 <= untilMs;
    const sentMs = (sent.findLast(ofMessage)?.t ?? first.s) * 1000;
    return {
      topic: first.topic,
      partition: first.p,
      offset: first.o,
      sentMs,
      ackedMs: ackedMs ?? sentMs,
      handlings: [handling(first), ...rest.map(handling)],
      producerSpanId: first.tp?.split("-")[2],
    };
  });
}

/** Part of a message's wait: how long another message's handling kept it from starting. */
export type TrueBlame = { readonly blocker: TrueMessage; readonly ms: number };

/** Consumers that handle several messages at a time, such as one of each partition. */
function concurrentConsumers(messages: readonly TrueMessage[]): Set<string> {
  const handlings = messages.flatMap((message) => message.handlings).sort((a, b) => a.startMs - b.startMs);
  const busyUntilMs = new Map<string, number>();
  const concurrent = new Set<string>();
  for (const { consumer, startMs, endMs } of handlings) {
    const untilMs = busyUntilMs.get(consumer) ?? 0;
    if (startMs < untilMs) concurrent.add(consumer);
    busyUntilMs.set(consumer, Math.max(untilMs, endMs));
  }
  return concurrent;
}

/** By message: what kept it from starting between acknowledgement and start, the longest first. */
export function trueBlames(messages: readonly TrueMessage[]): Map<TrueMessage, TrueBlame[]> {
  const concurrent = concurrentConsumers(messages);
  return new Map(
    messages.map((message) => {
      const [{ handedOverMs, consumer }] = message.handlings;
      const blames = messages.flatMap((blocker): TrueBlame[] => {
        if (blocker === message || blocker.topic !== message.topic) return [];
        const ms = blocker.handlings.reduce((sum, handling) => {
          const isAhead = blocker.partition === message.partition && blocker.offset < message.offset;
          const hasTheSlot = handling.consumer === consumer && !concurrent.has(consumer);
          if (!isAhead && !hasTheSlot) return sum;
          const from = Math.max(handling.startMs, message.ackedMs);
          return sum + Math.max(0, Math.min(handling.endMs, handedOverMs) - from);
        }, 0);
        return ms > 0 ? [{ blocker, ms }] : [];
      });
      return [message, blames.sort((a, b) => b.ms - a.ms)];
    }),
  );
}
