import { type AnyValue, emptySpan, type KeyValue, type ResourceSpans, type Span } from "../otlp/model.ts";

/** A span for tests and benchmarks. Fields that are not given have their proto3 defaults. */
export function sampleSpan(given: Partial<Span>): Span {
  return {
    ...emptySpan(),
    traceId: "0af7651916cd43dd8448eb211c80319c",
    spanId: "b7ad6b7169203331",
    name: "sample",
    kind: 1,
    startTimeUnixNano: "1700000000000000000",
    endTimeUnixNano: "1700000000001000000",
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
