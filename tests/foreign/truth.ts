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
    /** `traceparent` of the message: its producer's span. */
    tp: z.string().optional(),
  }),
  z.object({ ev: z.literal("ready") }),
]);

/** One handling as the program itself recorded it. Times are ms since the epoch. */
type TrueHandling = {
  readonly consumer: string;
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
  const sent = new Map<string, number>();
  const acked = new Map<string, number>();
  for (const one of events) {
    if (one.ev === "sent") sent.set(`${one.topic} ${one.id}`, one.t * 1000);
    if (one.ev === "acked") acked.set(`${one.topic} ${one.p} ${one.o}`, one.t * 1000);
  }
  const handled = events.filter((one) => one.ev === "handled").sort((a, b) => a.s - b.s);
  const messages = Map.groupBy(handled, ({ topic, p, o }) => `${topic} ${p} ${o}`);
  return [...messages].flatMap(([place, ofMessage]) => {
    const [first, ...rest] = ofMessage;
    if (!first) return [];
    const handling = ({ c, s, e }: (typeof ofMessage)[number]) => ({
      consumer: c,
      startMs: s * 1000,
      endMs: e * 1000,
    });
    const sentMs = sent.get(`${first.topic} ${first.id}`) ?? first.s * 1000;
    return {
      topic: first.topic,
      partition: first.p,
      offset: first.o,
      sentMs,
      ackedMs: acked.get(place) ?? sentMs,
      handlings: [handling(first), ...rest.map(handling)],
      producerSpanId: first.tp?.split("-")[2],
    };
  });
}

/** Part of a message's wait: how long another message's handling kept it from starting. */
export type TrueBlame = { readonly blocker: TrueMessage; readonly ms: number };

/** By message: what kept it from starting between acknowledgement and start, the longest first. */
export function trueBlames(messages: readonly TrueMessage[]): Map<TrueMessage, TrueBlame[]> {
  return new Map(
    messages.map((message) => {
      const [{ startMs, consumer }] = message.handlings;
      const blames = messages.flatMap((blocker): TrueBlame[] => {
        if (blocker === message || blocker.topic !== message.topic) return [];
        const ms = blocker.handlings.reduce((sum, handling) => {
          const isAhead = blocker.partition === message.partition && blocker.offset < message.offset;
          if (!isAhead && handling.consumer !== consumer) return sum;
          const from = Math.max(handling.startMs, message.ackedMs);
          return sum + Math.max(0, Math.min(handling.endMs, startMs) - from);
        }, 0);
        return ms > 0 ? [{ blocker, ms }] : [];
      });
      return [message, blames.sort((a, b) => b.ms - a.ms)];
    }),
  );
}
