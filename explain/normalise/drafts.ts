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
  const drafts = new Map<string, Omit<Draft, "sharesOffset">>();
  /** Places in a log, with how many messages were there. */
  const places = new Map<string, number>();
  const placeOf = ({
    message: { cluster, topic, partition, offset },
    group,
  }: Pick<Draft, "message" | "group">) =>
    partition === undefined || offset === undefined
      ? undefined
      : [cluster, topic, partition, offset, group].join(" ");
  for (const handling of handlings) {
    const { message, row, group } = handling;
    const producers = producersOf(handling, table);
    // One span for a batch of messages, linked to all their producers.
    const senders: (Row | undefined)[] =
      message.offset === undefined && producers.length > 1 ? producers : [producers[0]];
    for (const producer of senders) {
      const place = placeOf(handling);
      const sent = producer ? `${producer.traceId} ${producer.spanId}` : `${message.recordTimestampMs}`;
      const id = `${place ?? `${row.traceId} ${row.spanId}`} ${sent}`;
      const draft = drafts.get(id);
      if (draft) {
        draft.attempts.push(handling);
        continue;
      }
      drafts.set(id, { message, group, attempts: [handling], producer });
      if (place !== undefined) places.set(place, (places.get(place) ?? 0) + 1);
    }
  }
  return [...drafts.values()].map((draft) => ({
    ...draft,
    sharesOffset: (places.get(placeOf(draft) ?? "") ?? 0) > 1,
  }));
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
