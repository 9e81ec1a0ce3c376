import type { AttributeValue, Span } from "../span.ts";
import type { Random } from "./random.fixture.ts";

/** What happens to spans between a pipeline and explain. */
export type Distortion = (spans: readonly Span[]) => readonly Span[];

type Attributes = Record<string, AttributeValue>;

function withAttributes(span: Span, change: (attributes: Attributes) => void): Span {
  const attributes = { ...span.attributes };
  change(attributes);
  return { ...span, attributes };
}

function rename(attributes: Attributes, from: string, to: string): void {
  const value = attributes[from];
  if (value === undefined) return;
  delete attributes[from];
  attributes[to] = value;
}

export function without(spans: readonly Span[], ...names: readonly string[]): Span[] {
  return spans.map((span) =>
    withAttributes(span, (attributes) => {
      for (const name of names) delete attributes[name];
    }),
  );
}

/** As instrumentations of 2021 wrote spans: older names, numbers instead of strings, the verb after the topic. */
export function inOldDialect(spans: readonly Span[]): Span[] {
  return spans.map((span) => {
    const changed = withAttributes(span, (attributes) => {
      const { "messaging.destination.partition.id": partition, "messaging.kafka.offset": offset } =
        attributes;
      if (partition !== undefined) attributes["messaging.kafka.partition"] = Number(partition);
      if (offset !== undefined) attributes["messaging.kafka.message.offset"] = Number(offset);
      delete attributes["messaging.destination.partition.id"];
      delete attributes["messaging.kafka.offset"];
      rename(attributes, "messaging.destination.name", "messaging.destination");
      rename(attributes, "messaging.kafka.message.key", "messaging.kafka.message_key");
      rename(attributes, "messaging.consumer.group.name", "messaging.kafka.consumer_group");
      rename(attributes, "messaging.client.id", "messaging.kafka.client_id");
      rename(attributes, "messaging.operation.type", "messaging.operation");
    });
    const [verb, topic] = span.name.split(" ");
    return verb === "send" || verb === "process" ? { ...changed, name: `${topic} ${verb}` } : changed;
  });
}

/** What only Holdup's services write. */
export const ownAttributes = [
  "holdup.partition.assigned_at",
  "holdup.fetched_at",
  "holdup.consumer.concurrency",
  "holdup.order.id",
] as const;

/** As replicas of a program do that do not choose their client ids: those are equal, and nothing else tells the replicas apart. */
export function withEqualClients(spans: readonly Span[]): Span[] {
  return spans.map((span) => {
    const { resource, ...rest } = withAttributes(span, (attributes) => {
      if (attributes["messaging.client.id"] !== undefined) attributes["messaging.client.id"] = "app";
    });
    return { ...rest, resource: { "service.name": span.service ?? "" } };
  });
}

/** All consumers of the same number are in one process, which names no client. */
export function inOneProcess(spans: readonly Span[]): Span[] {
  return without(spans, "messaging.client.id").map((span) => {
    const { service = "", resource } = span;
    if (service === "api-service") return span;
    const number = String(resource?.["service.instance.id"] ?? "").slice(service.length);
    const shared = { "service.name": "app", "service.instance.id": `app${number}` };
    return { ...span, service: "app", resource: shared };
  });
}

/**
 * As written by instrumentations that do not trust the sender: each handling is a trace of its own with a link to the sender's.
 */
export function withLinks(spans: readonly Span[]): Span[] {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  /** Trace of a span when each handling is the root of a trace. */
  const traceOf = (span: Span): string => {
    const parent = byId.get(span.parentSpanId ?? "");
    if (startsTrace(span, parent)) return `c${span.spanId.padStart(31, "0")}`;
    return parent ? traceOf(parent) : span.traceId;
  };
  return spans.map((span) => {
    const parent = byId.get(span.parentSpanId ?? "");
    const links = (span.links ?? []).map(({ spanId, traceId }) => {
      const linked = byId.get(spanId);
      return { spanId, traceId: linked ? traceOf(linked) : traceId };
    });
    const changed = { ...span, traceId: traceOf(span), links };
    if (!parent || !startsTrace(span, parent)) return changed;
    const { parentSpanId: _, ...root } = changed;
    return { ...root, links: [...links, { traceId: traceOf(parent), spanId: parent.spanId }] };
  });
}

function startsTrace(span: Span, parent: Span | undefined): boolean {
  return span.kind === "consumer" && parent?.kind === "producer";
}

/** As written by instrumentations that see only the fetch: what the handler does is not below it. */
export function receivesOnly(spans: readonly Span[]): Span[] {
  const consumers = new Set(spans.flatMap(({ kind, spanId }) => (kind === "consumer" ? spanId : [])));
  const outside = spans.map((span) =>
    consumers.has(span.parentSpanId ?? "") ? { ...span, parentSpanId: undefined } : span,
  );
  return outside.map((span) =>
    span.kind === "consumer"
      ? {
          ...withAttributes(span, (attributes) => {
            attributes["messaging.operation.type"] = "receive";
          }),
          endNs: span.startNs + 1000n,
        }
      : span,
  );
}

/** Clocks that count whole milliseconds. */
export function inWholeMs(spans: readonly Span[]): Span[] {
  const floor = (ns: bigint) => (ns / 1_000_000n) * 1_000_000n;
  return spans.map((span) => ({ ...span, startNs: floor(span.startNs), endNs: floor(span.endNs) }));
}

/** A service whose clock is ahead by `aheadNs`, or behind; the times in its attributes shift with it. */
export function withClock(spans: readonly Span[], service: string, aheadNs: bigint): Span[] {
  const aheadMs = Number(aheadNs / 1_000_000n);
  return spans.map((span) => {
    if (span.service !== service) return span;
    const shifted = withAttributes(span, (attributes) => {
      for (const name of ["holdup.partition.assigned_at", "holdup.fetched_at"]) {
        const value = attributes[name];
        if (typeof value === "number") attributes[name] = value + aheadMs;
      }
    });
    return { ...shifted, startNs: span.startNs + aheadNs, endNs: span.endNs + aheadNs };
  });
}

/** Drops about one span in `oneIn`. */
export function withLosses(spans: readonly Span[], oneIn: number, random: Random): Span[] {
  return spans.filter(() => !random.oneIn(oneIn));
}

/** In random order, and about one in `oneRepeatedIn` twice. */
export function inDisorder(spans: readonly Span[], oneRepeatedIn: number, random: Random): Span[] {
  const all = [...spans, ...spans.filter(() => random.oneIn(oneRepeatedIn))];
  for (let n = all.length - 1; n > 0; n -= 1) {
    const other = random.between(0, n);
    const [a, b] = [all[n], all[other]];
    if (a && b) [all[n], all[other]] = [b, a];
  }
  return all;
}

/** Distortions by name. */
const distortions = {
  "losses of one in ten": (spans: readonly Span[], random: Random) => withLosses(spans, 10, random),
  "losses of one in fifty": (spans: readonly Span[], random: Random) => withLosses(spans, 50, random),
  "links instead of parents": withLinks,
  "whole milliseconds": inWholeMs,
  "no order ids": (spans: readonly Span[]) => without(spans, "holdup.order.id"),
  "no times of assignments": (spans: readonly Span[]) => without(spans, "holdup.partition.assigned_at"),
  "no times of fetches": (spans: readonly Span[]) => without(spans, "holdup.fetched_at"),
  "guessed slots": (spans: readonly Span[]) => without(spans, "holdup.consumer.concurrency"),
  "no record timestamps": (spans: readonly Span[]) => without(spans, "messaging.kafka.message.timestamp"),
  "no offsets": (spans: readonly Span[]) => without(spans, "messaging.kafka.offset"),
  "no partitions": (spans: readonly Span[]) => without(spans, "messaging.destination.partition.id"),
  "no group names": (spans: readonly Span[]) => without(spans, "messaging.consumer.group.name"),
  "no client ids": (spans: readonly Span[]) => without(spans, "messaging.client.id"),
  "equal client ids": withEqualClients,
  "one process": inOneProcess,
} as const;

export type DistortionName = keyof typeof distortions;
/** Those after which explain still proves something. */
export const mildDistortions = Object.keys(distortions).filter(isMild);

function isMild(name: string): name is DistortionName {
  return name in distortions && !["no offsets", "no partitions", "equal client ids"].includes(name);
}

/** Applies distortions one after another. */
export function distorted(names: readonly DistortionName[], random: Random): Distortion {
  return (spans) => names.reduce<readonly Span[]>((given, name) => distortions[name](given, random), spans);
}

/** What has arrived of the spans that had ended by `atNs`, nanoseconds since the Unix epoch. */
export function cutAt(spans: readonly Span[], atNs: bigint): Span[] {
  return spans.filter(({ endNs }) => endNs <= atNs);
}
