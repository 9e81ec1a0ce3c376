import type { ReportProblem } from "../../problem-log.ts";
import type { SpanKind } from "../../span.ts";
import { Collector, eachAttribute, type ResourceFields, resourceOf, textOf } from "./attributes.ts";
import { type DecodedSpan, type Fields, type Format, isFields, noScope, sourceOf } from "./format.ts";
import { contextOf, idsOf, linksOf, parentOf } from "./ids.ts";
import type { Interner } from "./interner.ts";
import { kindOf } from "./otlp.ts";
import { namesError } from "./span-fields.ts";
import { type RawEnd, type RawTime, type TimeUnit, timesOf } from "./times.ts";

/**
 * Spans that each hold their resource: what the console exporters of the OpenTelemetry SDKs for JavaScript, Python and Go print,
 * what scripts write of spans or of OTLP's inner spans, and the rows of the Collector's exporters to ClickHouse and Elasticsearch.
 * The names of their fields differ only in case and in the words listed here.
 */
export const sdk: Format = {
  name: "OpenTelemetry",

  holdersOf(item) {
    return [{ spans: [item] }];
  },

  decode(document, interner, report): DecodedSpan | undefined {
    const raw = sourceOf(document);
    if (!isFields(raw)) {
      report("The span is not a JSON object.");
      return undefined;
    }
    const context = contextOf(raw);
    const ids = idsOf(context.trace, context.span ?? raw["id"], report);
    if (!ids) return undefined;
    const start = startOf(raw);
    const times = timesOf(start, endOf(raw, start), report);
    if (!times) return undefined;
    const attributes = new Collector(interner, report);
    const given = first(raw, ["attributes", "Attributes", "SpanAttributes", "span_attributes", "tags"]);
    eachAttribute(given ?? fieldsBelow(raw, "span"), (name, value) => attributes.add(name, value));
    const parent = parentOf(parentIn(raw), report);
    const links = linksOf(linksIn(raw), report);
    if (parent.isUnread) attributes.noteUnread("parentSpanId");
    if (links.isUnread) attributes.noteUnread("links");
    const { service, resource, unread = [] } = resourceIn(raw, interner, report);
    for (const name of unread) attributes.noteUnread(name);
    const name = first(raw, ["name", "Name", "SpanName", "span_name", "operationName"]);
    const scope = scopeIn(raw);
    const span: DecodedSpan["span"] = {
      traceId: ids.traceId,
      spanId: ids.spanId,
      parentSpanId: parent.id,
      links: links.links,
      name: typeof name === "string" ? interner.text(name) : "",
      kind: kindIn(raw),
      service,
      scope: scope === undefined ? undefined : interner.text(scope),
      startNs: times.startNs,
      endNs: times.endNs,
      failed: isFailed(raw) || undefined,
      attributes: attributes.values,
      unread: attributes.unread,
      resource,
    };
    return { span, owner: undefined };
  },

  ownersOf: () => () => undefined,

  scopeOf: () => noScope,
};

/** Fields with a time; the unit of a plain number where the name does not say it. */
const starts: Readonly<Record<string, TimeUnit>> = {
  startTimeUnixNano: "sized ns",
  start_time_unix_nano: "sized ns",
  StartTimeUnixNano: "sized ns",
  startTime: "any",
  start_time: "any",
  StartTime: "any",
  start: "any",
  startTimeMillis: "ms",
  timestamp: "any",
  Timestamp: "any",
  "@timestamp": "any",
};

const ends: Readonly<Record<string, TimeUnit>> = {
  endTimeUnixNano: "sized ns",
  end_time_unix_nano: "sized ns",
  EndTimeUnixNano: "sized ns",
  endTime: "any",
  end_time: "any",
  EndTime: "any",
  end: "any",
};

const durations: Readonly<Record<string, TimeUnit>> = {
  durationNano: "ns",
  duration_nano: "ns",
  durationNanos: "ns",
  duration_ns: "ns",
  durationUs: "us",
  duration_us: "us",
  durationMs: "ms",
  duration_ms: "ms",
  Duration: "ns",
  duration: "ns",
  _duration: "ns",
};

/** Whether an object is such a span: it has ids, a start, and an end or a duration. */
export function isSdkSpan(raw: Fields): boolean {
  const { trace, span } = contextOf(raw);
  // Datadog's: its ids are numbers that JSON.parse rounds.
  if ("meta" in raw) return false;
  const has = (names: Readonly<Record<string, TimeUnit>>) => Object.keys(names).some((name) => name in raw);
  return (
    trace !== undefined && (span ?? raw["id"]) !== undefined && has(starts) && (has(ends) || has(durations))
  );
}

function startOf(raw: Fields): RawTime {
  for (const name in starts) {
    if (isThere(raw[name])) return { raw: raw[name], unit: starts[name] ?? "any" };
  }
  return { raw: undefined, unit: "any" };
}

function endOf(raw: Fields, start: RawTime): RawEnd {
  for (const name in ends) {
    if (isThere(raw[name])) return { raw: raw[name], unit: ends[name] ?? "any" };
  }
  for (const name in durations) {
    if (!isThere(raw[name])) continue;
    // The console exporter of JavaScript has both in microseconds.
    const isMicros = name === "duration" && raw["timestamp"] === start.raw && typeof start.raw === "number";
    return { raw: raw[name], unit: isMicros ? "us" : (durations[name] ?? "ns"), isDuration: true };
  }
  return { raw: undefined, unit: "any" };
}

function first(raw: Fields, names: readonly string[]): unknown {
  for (const name of names) if (isThere(raw[name])) return raw[name];
  return undefined;
}

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function parentIn(raw: Fields): unknown {
  const id = first(raw, [
    "parentSpanId",
    "parent_span_id",
    "ParentSpanId",
    "parentSpanID",
    "parentId",
    "parent_id",
  ]);
  return id ?? contextOf(first(raw, ["parentSpanContext", "Parent", "parent"])).span;
}

/** ClickHouse has a column for each field of links. */
function linksIn(raw: Fields): unknown {
  const links = first(raw, ["links", "Links"]);
  const [traces, spans] = [raw["Links.TraceId"], raw["Links.SpanId"]];
  if (links !== undefined || !Array.isArray(traces) || !Array.isArray(spans)) return links;
  return traces.map((traceId: unknown, index) => ({ traceId, spanId: spans[index] }));
}

/** Attributes as OpenSearch's Data Prepper writes them: `span.attributes.messaging@system`. */
function fieldsBelow(raw: Fields, owner: "span" | "resource"): readonly (readonly [string, unknown])[] {
  const prefix = `${owner}.attributes.`;
  return Object.entries(raw).flatMap(([name, value]) =>
    name.startsWith(prefix) ? [[name.slice(prefix.length).replaceAll("@", "."), value] as const] : [],
  );
}

function resourceIn(raw: Fields, interner: Interner, report: ReportProblem): ResourceFields {
  const given = first(raw, ["resource", "Resource", "ResourceAttributes", "resource_attributes"]);
  const inner = isFields(given)
    ? first(given, ["attributes", "Attributes", "_rawAttributes", "_attributes", "_syncAttributes"])
    : undefined;
  const fields = resourceOf(inner ?? given ?? fieldsBelow(raw, "resource"), interner, report);
  if (fields.service !== undefined) return fields;
  const name = first(raw, ["ServiceName", "serviceName", "service_name", "service"]);
  const service = textOf("service.name", isFields(name) ? name["name"] : name, report);
  return { ...fields, service: service === undefined ? undefined : interner.text(service) };
}

function scopeIn(raw: Fields): string | undefined {
  const scope = first(raw, [
    ...["instrumentationScope", "instrumentationLibrary", "InstrumentationScope", "InstrumentationLibrary"],
    ...["instrumentation_scope", "scope", "ScopeName", "scope_name"],
  ]);
  const name = isFields(scope)
    ? (scope["name"] ?? scope["Name"])
    : (scope ?? raw["instrumentationScope.name"]);
  return typeof name === "string" && name !== "" ? name : undefined;
}

const jsKinds: readonly SpanKind[] = ["internal", "server", "client", "producer", "consumer"];

/** The numbers of JavaScript's SDK are one less than those of OTLP and Go. */
function kindIn(raw: Fields): SpanKind | undefined {
  const kind = first(raw, ["kind", "SpanKind", "span_kind", "spanKind", "Kind"]);
  const isJs = typeof kind === "number" && kind < jsKinds.length && isFromJs(raw);
  return isJs ? jsKinds[kind] : kindOf(kind);
}

function isFromJs(raw: Fields): boolean {
  if ("startTimeUnixNano" in raw || "start_time_unix_nano" in raw || "SpanKind" in raw) return false;
  return "startTime" in raw || "timestamp" in raw || "_spanContext" in raw;
}

function isFailed(raw: Fields): boolean {
  const status = first(raw, ["status", "Status", "StatusCode", "status_code"]);
  return namesError(isFields(status) ? first(status, ["code", "Code", "status_code", "statusCode"]) : status);
}
