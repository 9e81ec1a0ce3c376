import type { Span } from "../../../explain/span.ts";
import { keepsAttribute } from "../../../explain/spans/attributes.ts";
import { messageOf } from "../../../explain/spans/message.ts";

const itemAttribute = "holdup.order.item";
const orderAttribute = "holdup.order.id";

/** Whether the console needs a span attribute: explain reads it, or it is the item. */
export function keeps(attribute: string): boolean {
  return attribute === itemAttribute || keepsAttribute(attribute);
}

/** The spans of a trace and what they show without explaining. Times in ms since the epoch. */
export type KeptTrace = {
  readonly traceId: string;
  /** By id; different spans that share one, by id, kind and service. */
  readonly spans: Map<string, Span>;
  startMs: number;
  endMs: number;
  orderId: string | undefined;
  item: string | undefined;
  /** Topics it was sent to, and when. */
  readonly sent: Map<string, number>;
  /** Topics in which it was handled. */
  readonly handled: Set<string>;
  /** Whether its first message came from another trace, linked by its consumer span. */
  isContinuation: boolean;
};

export type SpanStore = ReturnType<typeof createSpanStore>;

/** Spans by trace, each once in its longest version. Beyond `maxSpans` or `maxAgeMs` (age), whole traces are evicted, earliest end first. */
export function createSpanStore({ maxSpans, maxAgeMs }: { maxSpans: number; maxAgeMs: number }) {
  const traces = new Map<string, KeptTrace>();
  let size = 0;
  let version = 0;
  /** Traces that ended before this may have been evicted. */
  let keptFromMs = Number.NEGATIVE_INFINITY;

  function traceOf(traceId: string, span: Span): KeptTrace {
    const known = traces.get(traceId);
    if (known) return known;
    const made: KeptTrace = {
      traceId,
      spans: new Map(),
      startMs: msOf(span.startNs),
      endMs: msOf(span.endNs),
      orderId: undefined,
      item: undefined,
      sent: new Map(),
      handled: new Set(),
      isContinuation: false,
    };
    traces.set(traceId, made);
    return made;
  }

  function add(span: Span): boolean {
    const trace = traceOf(span.traceId, span);
    const key = keyOf(span, trace);
    const known = trace.spans.get(key);
    // A span may have been sent before it ended.
    if (known && span.endNs - span.startNs <= known.endNs - known.startNs) return false;
    trace.spans.set(key, span);
    trace.startMs = Math.min(trace.startMs, msOf(span.startNs));
    trace.endMs = Math.max(trace.endMs, msOf(span.endNs));
    trace.orderId ??= textOf(span, orderAttribute);
    trace.item ??= textOf(span, itemAttribute);
    const message = messageOf(span);
    if (message?.role === "send" && !span.failed) trace.sent.set(message.topic, msOf(span.endNs));
    if (message?.role === "process") {
      trace.handled.add(message.topic);
      // A consumer may start its own trace and link to the producer's.
      for (const { traceId } of span.links ?? []) {
        traces.get(traceId)?.handled.add(message.topic);
        trace.isContinuation ||= traceId !== span.traceId;
      }
    }
    if (!known) size += 1;
    return true;
  }

  function evict(nowMs: number): void {
    const byEnd = [...traces.values()].sort((a, b) => a.endMs - b.endMs);
    for (const trace of byEnd) {
      if (size <= maxSpans && trace.endMs >= nowMs - maxAgeMs) return;
      traces.delete(trace.traceId);
      size -= trace.spans.size;
      keptFromMs = Math.max(keptFromMs, trace.endMs);
      version += 1;
    }
  }

  return {
    /** Takes spans in any order; returns whether any was new, or longer than before. */
    add(spans: readonly Span[]): boolean {
      let isNew = false;
      for (const span of spans) isNew = add(span) || isNew;
      if (isNew) version += 1;
      return isNew;
    },
    evict,
    /** Increases with every change. */
    version: () => version,
    size: () => size,
    /** Every trace that ended after this is kept. */
    keptFromMs: () => keptFromMs,
    trace: (traceId: string) => traces.get(traceId),
    traces: (): Iterable<KeptTrace> => traces.values(),
    *spans(matches: (trace: KeptTrace) => boolean = () => true): Generator<Span> {
      for (const trace of traces.values()) if (matches(trace)) yield* trace.spans.values();
    },
  };
}

/** The id of the order of a trace; undefined when it has none, or continues another trace. */
export function orderOf(trace: KeptTrace): string | undefined {
  if (trace.sent.size + trace.handled.size === 0) return undefined;
  return trace.orderId ?? (trace.isContinuation ? undefined : trace.traceId);
}

function keyOf({ spanId, kind, service }: Span, { spans }: KeptTrace): string {
  const first = spans.get(spanId);
  return first && (first.kind !== kind || first.service !== service)
    ? `${spanId} ${kind} ${service}`
    : spanId;
}

function msOf(ns: bigint): number {
  return Number(ns / 1000n) / 1000;
}

function textOf(span: Span, attribute: string): string | undefined {
  const value = span.attributes[attribute];
  return value === undefined ? undefined : String(value);
}
