import type { Attributes, AttributeValue, Span } from "../span.ts";

/** Spans in each format, as real exporters write them, encoded independently of the readers that are tested. */
export type Encoded = {
  /** The document. */
  readonly text: string;
  /** Parts that are complete on their own: text that occurs once in the document, and its spans. */
  readonly elements: readonly { readonly text: string; readonly spans: readonly Span[] }[];
};

const micros = (ns: bigint) => Number(ns / 1_000n);

function grouped(spans: readonly Span[], keyOf: (span: Span) => string): Span[][] {
  return [...Map.groupBy(spans, keyOf).values()];
}

function keyValue(key: string, value: AttributeValue): object {
  if (typeof value === "string") return { key, value: { stringValue: value } };
  if (typeof value === "boolean") return { key, value: { boolValue: value } };
  return { key, value: Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value } };
}

const keyValues = (attributes: Attributes = {}) =>
  Object.entries(attributes).map(([key, value]) => keyValue(key, value));

const otlpKinds = ["", "internal", "server", "client", "producer", "consumer"];

export function otlpSpan(span: Span): object {
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId ?? "",
    name: span.name,
    kind: otlpKinds.indexOf(span.kind ?? ""),
    startTimeUnixNano: String(span.startNs),
    endTimeUnixNano: String(span.endNs),
    attributes: [...keyValues(span.attributes), keyValue("some.other", "dropped")],
    links: span.links ?? [],
    status: span.failed ? { code: 2 } : {},
  };
}

function resourceOf(span: Span): object {
  const service = span.service === undefined ? [] : [keyValue("service.name", span.service)];
  return { attributes: [...service, ...keyValues(span.resource)] };
}

const ownerKey = (span: Span) => JSON.stringify([span.service, span.resource]);

/** One ResourceSpans per resource. */
export function encodeOtlp(spans: readonly Span[]): Encoded {
  const resourceSpans = grouped(spans, ownerKey).map((own) => ({
    resource: own[0] && resourceOf(own[0]),
    scopeSpans: grouped(own, ({ scope = "" }) => scope).map((ofScope) => ({
      scope: { ...(ofScope[0]?.scope === undefined ? {} : { name: ofScope[0].scope }), version: "1" },
      spans: ofScope.map(otlpSpan),
    })),
  }));
  return {
    text: JSON.stringify({ resourceSpans }),
    elements: spans.map((span) => ({ text: JSON.stringify(otlpSpan(span)), spans: [span] })),
  };
}

function tag(key: string, value: AttributeValue): object {
  const types = { string: "string", boolean: "bool", number: "int64" };
  return { key, type: types[typeof value as "string" | "boolean" | "number"], value };
}

const tags = (attributes: Attributes = {}) =>
  Object.entries(attributes).map(([key, value]) => tag(key, value));

const scopeTags = ({ scope }: Span) => tags(scope === undefined ? {} : { "otel.scope.name": scope });

function reference(refType: string, traceID: string, spanID: string): object {
  return { refType, traceID, spanID };
}

function jaegerSpan(span: Span, processID: string): object {
  const { traceId, parentSpanId, links = [] } = span;
  const kind = span.kind === undefined ? [] : [tag("span.kind", span.kind)];
  const status = span.failed ? [tag("otel.status_code", "ERROR"), tag("error", true)] : [];
  return {
    traceID: traceId,
    spanID: span.spanId,
    operationName: span.name,
    references: [
      ...(parentSpanId === undefined ? [] : [reference("CHILD_OF", traceId, parentSpanId)]),
      ...links.map((link) => reference("FOLLOWS_FROM", link.traceId, link.spanId)),
    ],
    startTime: micros(span.startNs),
    duration: micros(span.endNs - span.startNs),
    tags: [...tags(span.attributes), ...scopeTags(span), ...kind, ...status, tag("some.other", "dropped")],
    logs: [],
    processID,
    warnings: null,
  };
}

export function jaegerTrace(spans: readonly Span[]): object {
  const owners = [...new Set(spans.map(ownerKey))];
  const processes = owners.map((owner, index) => {
    const from = spans.find((span) => ownerKey(span) === owner);
    return [`p${index + 1}`, { serviceName: from?.service ?? "", tags: tags(from?.resource) }];
  });
  return {
    traceID: spans[0]?.traceId,
    spans: spans.map((span) => jaegerSpan(span, `p${owners.indexOf(ownerKey(span)) + 1}`)),
    processes: Object.fromEntries(processes),
    warnings: null,
  };
}

/** A response of Jaeger's API. */
export function encodeJaeger(spans: readonly Span[]): Encoded {
  const traces = grouped(spans, ({ traceId }) => traceId);
  const answer = { data: traces.map(jaegerTrace), total: 0, limit: 0, offset: 0, errors: null };
  return {
    text: JSON.stringify(answer),
    elements: traces.map((trace) => ({ text: JSON.stringify(jaegerTrace(trace)), spans: trace })),
  };
}

export function zipkinSpan(span: Span): object {
  const scope = span.scope === undefined ? {} : { "otel.library.name": span.scope };
  const texts = Object.entries({ ...span.resource, ...span.attributes, ...scope, "some.other": "dropped" });
  const error = span.failed ? { error: "it broke" } : {};
  return {
    traceId: span.traceId,
    id: span.spanId,
    ...(span.parentSpanId === undefined ? {} : { parentId: span.parentSpanId }),
    ...(span.kind === undefined ? {} : { kind: span.kind.toUpperCase() }),
    name: span.name,
    timestamp: micros(span.startNs),
    duration: micros(span.endNs - span.startNs),
    ...(span.service === undefined ? {} : { localEndpoint: { serviceName: span.service } }),
    tags: { ...Object.fromEntries(texts.map(([key, value]) => [key, String(value)])), ...error },
  };
}

export function encodeZipkin(spans: readonly Span[]): Encoded {
  return {
    text: JSON.stringify(spans.map(zipkinSpan)),
    elements: spans.map((span) => ({ text: JSON.stringify(zipkinSpan(span)), spans: [span] })),
  };
}

/** The elements as lines; for OTLP each is an export request, as the Collector's file exporter writes them. */
export function encodeLines(format: "jaeger" | "otlp" | "zipkin", spans: readonly Span[]): string {
  const lines = {
    otlp: () => spans.map((span) => encodeOtlp([span]).text),
    jaeger: () => encodeJaeger(spans).elements.map(({ text }) => text),
    zipkin: () => encodeZipkin(spans).elements.map(({ text }) => text),
  };
  return `${lines[format]().join("\n")}\n`;
}
