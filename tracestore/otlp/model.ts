/**
 * OTLP trace data in the shape of its own JSON encoding (opentelemetry-proto, trace/v1): hex ids, 64-bit integers as
 * decimal strings, base64 bytes, enum numbers. Absent fields hold their proto3 default.
 */
export type AnyValue =
  | { stringValue: string }
  | { boolValue: boolean }
  | { intValue: string }
  | { doubleValue: number | "NaN" | "Infinity" | "-Infinity" }
  | { arrayValue: { values: AnyValue[] } }
  | { kvlistValue: { values: KeyValue[] } }
  | { bytesValue: string }
  | Record<string, never>;

export type KeyValue = { key: string; value: AnyValue };

export type Resource = { attributes: KeyValue[]; droppedAttributesCount: number };

export type Scope = {
  name: string;
  version: string;
  attributes: KeyValue[];
  droppedAttributesCount: number;
};

export type SpanEvent = {
  timeUnixNano: string;
  name: string;
  attributes: KeyValue[];
  droppedAttributesCount: number;
};

export type SpanLink = {
  traceId: string;
  spanId: string;
  traceState: string;
  attributes: KeyValue[];
  droppedAttributesCount: number;
  flags: number;
};

export type Span = {
  traceId: string;
  spanId: string;
  traceState: string;
  /** Empty for a root span. */
  parentSpanId: string;
  flags: number;
  name: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: KeyValue[];
  droppedAttributesCount: number;
  events: SpanEvent[];
  droppedEventsCount: number;
  links: SpanLink[];
  droppedLinksCount: number;
  status: { message: string; code: number };
};

type ScopeSpans = { scope: Scope; spans: Span[] };
export type ResourceSpans = { resource: Resource; scopeSpans: ScopeSpans[] };

/** The index is the number on the wire; an unspecified kind has the empty name, as in Jaeger. */
export const spanKinds = ["", "internal", "server", "client", "producer", "consumer"] as const;

export const statusOk = 1;
export const statusError = 2;

/** Deepest accepted nesting of arrays and maps in attribute values; protobuf's own limit is 100 messages. */
export const maxValueDepth = 32;

/** A span with every field at its proto3 default. */
export function emptySpan(): Span {
  return {
    traceId: "",
    spanId: "",
    traceState: "",
    parentSpanId: "",
    flags: 0,
    name: "",
    kind: 0,
    startTimeUnixNano: "0",
    endTimeUnixNano: "0",
    attributes: [],
    droppedAttributesCount: 0,
    events: [],
    droppedEventsCount: 0,
    links: [],
    droppedLinksCount: 0,
    status: { message: "", code: 0 },
  };
}
