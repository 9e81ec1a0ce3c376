import type { AnyValue, KeyValue, ResourceSpans, Span } from "../otlp/model.ts";

/** Spans to try things with: what tests and benchmarks send. Everything not given has its proto3 default. */
export function sampleSpan(given: Partial<Span>): Span {
  return {
    traceId: "0af7651916cd43dd8448eb211c80319c",
    spanId: "b7ad6b7169203331",
    traceState: "",
    parentSpanId: "",
    flags: 0,
    name: "sample",
    kind: 1,
    startTimeUnixNano: "1700000000000000000",
    endTimeUnixNano: "1700000000001000000",
    attributes: [],
    droppedAttributesCount: 0,
    events: [],
    droppedEventsCount: 0,
    links: [],
    droppedLinksCount: 0,
    status: { message: "", code: 0 },
    ...given,
  };
}

/** Plain values as OTLP attributes; whole numbers become integers. */
export function sampleAttributes(values: Readonly<Record<string, string | number | boolean>>): KeyValue[] {
  return Object.entries(values).map(([key, value]) => ({ key, value: toAnyValue(value) }));
}

function toAnyValue(value: string | number | boolean): AnyValue {
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "boolean") return { boolValue: value };
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}

export function sampleResource(service: string, spans: Span[]): ResourceSpans {
  return {
    resource: { attributes: sampleAttributes({ "service.name": service }), droppedAttributesCount: 0 },
    scopeSpans: [
      { scope: { name: "sample", version: "1.0.0", attributes: [], droppedAttributesCount: 0 }, spans },
    ],
  };
}
