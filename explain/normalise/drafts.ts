import type { MessageFacts } from "./message.ts";
import { ancestorsOf, type Row, type Trace, type TraceTable } from "./trace-table.ts";

/** A CONSUMER span that handles a message. */
export type Handling = {
  readonly row: Row;
  readonly message: MessageFacts;
  readonly trace: Trace;
  readonly group: string;
};

/** A message and its handlings, before it is known where it came from. */
export type Draft = {
  readonly message: MessageFacts;
  readonly group: string;
  readonly attempts: Handling[];
  readonly producer: Row | undefined;
  /** Another message has the same partition and offset: of another cluster, or of a topic that was made anew. */
  readonly sharesOffset: boolean;
};

/** One draft for each message and group; repeated deliveries of a message are its attempts. */
export function draftsOf(handlings: readonly Handling[], table: TraceTable): Draft[] {
  const places = createPlaces();
  const drafts: (Omit<Draft, "sharesOffset"> & { readonly place: string | undefined })[] = [];
  for (const handling of handlings) {
    const { message, group } = handling;
    const producers = producersOf(handling, table);
    // One span for a batch of messages, linked to all their producers.
    const senders: (Row | undefined)[] =
      message.offset === undefined && producers.length > 1 ? producers : [producers[0]];
    for (const producer of senders) {
      const draft = { message, group, attempts: [handling], producer, place: placeOf(handling) };
      const known = places.put(draft);
      if (known === draft) drafts.push(draft);
      else known.attempts.push(handling);
    }
  }
  return drafts.map(({ place, ...draft }) => ({ ...draft, sharesOffset: places.isShared(place) }));
}

/** Cluster, topic, partition, offset and group; undefined where the spans do not tell. */
function placeOf({ message, group }: Handling): string | undefined {
  const { cluster, topic, partition, offset } = message;
  return partition === undefined || offset === undefined
    ? undefined
    : [cluster, topic, partition, offset, group].join(" ");
}

type Sent = Pick<Draft, "message" | "producer"> & { readonly place: string | undefined };

/** What is at which place of a log: one message, but for logs that the spans do not tell apart. */
function createPlaces<T extends Sent & { readonly attempts: Handling[] }>() {
  const first = new Map<string, T>();
  const others = new Map<string, T>();
  const shared = new Set<string>();
  return {
    isShared: (place: string | undefined) => place !== undefined && shared.has(place),

    /** Gives back what is the same message, which is the one given where there was none. */
    put(draft: T): T {
      if (draft.place === undefined) return draft;
      const known = first.get(draft.place);
      if (!known) first.set(draft.place, draft);
      if (!known || sentAs(known) === sentAs(draft)) return known ?? draft;
      shared.add(draft.place);
      const id = `${draft.place} ${sentAs(draft)}`;
      const other = others.get(id) ?? draft;
      others.set(id, other);
      return other;
    },
  };
}

function sentAs({ producer, message }: Sent): string {
  return producer ? `${producer.traceId} ${producer.spanId}` : `${message.recordTimestampMs}`;
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
