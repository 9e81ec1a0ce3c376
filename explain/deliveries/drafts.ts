import { createSearchUp } from "../spans/ancestors.ts";
import type { MessageFacts } from "../spans/message.ts";
import type { Row } from "../spans/trace.ts";
import type { TraceTable } from "../spans/trace-table.ts";
import { firstNot } from "../waits/search.ts";
import type { Handling } from "./handlings.ts";

/** A message and its handlings, before it is known where it came from. */
export type Draft = {
  readonly message: MessageFacts;
  readonly group: string;
  readonly attempts: readonly Handling[];
  readonly producer: Row | undefined;
  /** Another message has the same partition and offset: of another cluster, or of a topic that was made anew. */
  readonly sharesOffset: boolean;
};

/** A handling and who sent what it handles, as far as its spans tell. */
type Sent = { readonly handling: Handling; readonly producer: Row | undefined };

/** One draft for each message and group; repeated deliveries of a message are its attempts. */
export function draftsOf(handlings: readonly Handling[], table: TraceTable): Draft[] {
  const sendersOf = createSenders(table);
  const places = new Map<string, Sent[]>();
  const messages: Sent[][] = [];
  for (const handling of handlings) {
    const producers = sendersOf(handling);
    const place = placeOf(handling);
    if (place === undefined) {
      // One span for a batch of messages, linked to all their producers.
      const isBatch = handling.message.offset === undefined && producers.length > 1;
      for (const producer of isBatch ? producers : [producers[0]]) messages.push([{ handling, producer }]);
      continue;
    }
    const sent = { handling, producer: producers[0] };
    const there = places.get(place);
    if (there) there.push(sent);
    else places.set(place, [sent]);
  }
  return [
    ...messages.flatMap((message) => draftOf(message, false)),
    ...[...places.values()].flatMap((there) => {
      const apart = messagesOf(there);
      return apart.flatMap((message) => draftOf(message, apart.length > 1));
    }),
  ];
}

function draftOf(all: readonly Sent[], sharesOffset: boolean): Draft[] {
  const [first] = all;
  if (!first) return [];
  const { message, group } = first.handling;
  return [
    { message, group, attempts: all.map(({ handling }) => handling), producer: first.producer, sharesOffset },
  ];
}

/** The key of a message, which its producer may know alone. */
export function keyOf({ message, producer }: Draft): string | undefined {
  return message.key ?? producer?.message?.key;
}

/** The order that a message's own spans name, not those of the messages before it. */
export function orderIdOf({ attempts, producer }: Draft): string | undefined {
  return attempts.find(({ row }) => row.orderId !== undefined)?.row.orderId ?? producer?.orderId;
}

/** Cluster, topic, partition, offset and group; undefined where the spans do not tell. */
function placeOf({ message, group }: Handling): string | undefined {
  const { cluster, topic, partition, offset } = message;
  return partition === undefined || offset === undefined
    ? undefined
    : [cluster, topic, partition, offset, group].join(" ");
}

/**
 * The messages at one place of a log, with all that handled them: one message, but for logs that the spans do not tell
 * apart. Two known producers make two, and so do two known times of the record; what tells neither had its context lost,
 * and is the message that was handled last before.
 */
function messagesOf(there: readonly Sent[]): Sent[][] {
  const sorted = there.toSorted((a, b) => startOf(a) - startOf(b));
  const bySender = Map.groupBy(sorted, ({ producer }) => producer);
  const unsent = bySender.get(undefined) ?? [];
  bySender.delete(undefined);
  const byRecord = Map.groupBy(unsent, recordMsOf);
  const untold = byRecord.get(undefined) ?? [];
  byRecord.delete(undefined);

  const messages = [...bySender.values()];
  const timed = new Map<number, Sent[]>();
  const timeless: Sent[][] = [];
  for (const message of messages) {
    const recordMs = message.map(recordMsOf).find((ms) => ms !== undefined);
    if (recordMs === undefined) timeless.push(message);
    else timed.set(recordMs, message);
  }
  for (const [recordMs, ofRecord] of byRecord) {
    const same = (recordMs === undefined ? undefined : timed.get(recordMs)) ?? timeless.shift();
    if (!same) messages.push(ofRecord);
    else for (const sent of ofRecord) same.push(sent);
  }
  if (messages.length === 0) return [untold];
  messages.sort(byFirst);
  for (const sent of untold) {
    const begun = firstNot(messages, (message) => byFirst(message, [sent]) <= 0);
    messages[Math.max(0, begun - 1)]?.push(sent);
  }
  return messages;
}

function recordMsOf({ handling }: Sent): number | undefined {
  return handling.message.recordTimestampMs;
}

function byFirst([a]: readonly Sent[], [b]: readonly Sent[]): number {
  return a && b ? startOf(a) - startOf(b) : 0;
}

function startOf({ handling }: Sent): number {
  return handling.row.startNs;
}

/** Gives the producers' spans of what a span handles: the nearest one above it that sends to the topic, else those it links to. */
function createSenders(table: TraceTable): (handling: Handling) => Row[] {
  const searches = new Map<string, ReturnType<typeof createSearchUp>>();

  function searchFor(topic: string) {
    const known = searches.get(topic);
    if (known) return known;
    const made = createSearchUp((row) => row.message?.role === "process" || sends(row, topic));
    searches.set(topic, made);
    return made;
  }

  function linkedBy(row: Row, topic: string): Row[] {
    return row.links.flatMap(({ traceId, spanId }) => {
      const linked = table.traces.get(traceId)?.bySpanId.get(spanId);
      return linked && sends(linked, topic) ? [linked] : [];
    });
  }

  return ({ row, message: { topic }, trace, inner }) => {
    const above = searchFor(topic)(trace, row);
    if (above && sends(above, topic)) return [above];
    const linked = linkedBy(row, topic);
    return linked.length > 0 ? linked : [...new Set(inner.flatMap((one) => linkedBy(one, topic)))];
  };
}

function sends({ message }: Row, topic: string): boolean {
  return message?.role === "send" && message.topic === topic;
}
