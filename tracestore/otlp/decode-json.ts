import { decodeProtobuf } from "./decode-protobuf.ts";
import { encodeRequest } from "./encode.ts";
import type { IncomingRequest } from "./incoming.ts";
import {
  base64,
  bool,
  double,
  enumNumber,
  type Fields,
  fields,
  int64,
  list,
  text,
  uint32,
  uint64,
} from "./json-fields.ts";
import {
  type AnyValue,
  type KeyValue,
  maxValueDepth,
  type Resource,
  type ResourceSpans,
  type Scope,
  type Span,
  type SpanEvent,
  type SpanLink,
} from "./model.ts";
import { parseJson } from "./parse-json.ts";
import { malformed } from "./wire.ts";

const kindNames = [
  "SPAN_KIND_UNSPECIFIED",
  "SPAN_KIND_INTERNAL",
  "SPAN_KIND_SERVER",
  "SPAN_KIND_CLIENT",
  "SPAN_KIND_PRODUCER",
  "SPAN_KIND_CONSUMER",
];
const statusNames = ["STATUS_CODE_UNSET", "STATUS_CODE_OK", "STATUS_CODE_ERROR"];

/**
 * Decodes an ExportTraceServiceRequest in OTLP's JSON encoding into spans ready to store. It is encoded as protobuf first, so
 * that both encodings are checked by the same code and stored alike. Throws HOLDUP_OTLP_MALFORMED.
 */
export function decodeJson(body: Uint8Array): IncomingRequest {
  const parsed = parseJson(body);
  if (typeof parsed !== "object" || parsed === null) throw malformed("the body must be a JSON object");
  const request = fields(parsed, "the body");
  const resourceSpans = list(request["resourceSpans"], "resourceSpans").map(toResourceSpans);
  return decodeProtobuf(encodeRequest(resourceSpans));
}

function toResourceSpans(value: unknown): ResourceSpans {
  const from = fields(value, "resourceSpans");
  return {
    resource: toResource(from["resource"]),
    scopeSpans: list(from["scopeSpans"], "scopeSpans").map((each) => {
      const scopeSpans = fields(each, "scopeSpans");
      return {
        scope: toScope(scopeSpans["scope"]),
        spans: list(scopeSpans["spans"], "spans").map(toSpan),
      };
    }),
  };
}

function toResource(value: unknown): Resource {
  return toAttributes(fields(value, "resource"));
}

function toScope(value: unknown): Scope {
  const from = fields(value, "scope");
  return {
    name: text(from["name"], "scope.name"),
    version: text(from["version"], "scope.version"),
    ...toAttributes(from),
  };
}

function toSpan(value: unknown): Span {
  const from = fields(value, "span");
  const status = fields(from["status"], "status");
  return {
    traceId: text(from["traceId"], "traceId"),
    spanId: text(from["spanId"], "spanId"),
    traceState: text(from["traceState"], "traceState"),
    parentSpanId: text(from["parentSpanId"], "parentSpanId"),
    flags: uint32(from["flags"], "flags"),
    name: text(from["name"], "name"),
    kind: enumNumber(from["kind"], "kind", kindNames),
    startTimeUnixNano: uint64(from["startTimeUnixNano"], "startTimeUnixNano"),
    endTimeUnixNano: uint64(from["endTimeUnixNano"], "endTimeUnixNano"),
    ...toAttributes(from),
    events: list(from["events"], "events").map(toEvent),
    droppedEventsCount: uint32(from["droppedEventsCount"], "droppedEventsCount"),
    links: list(from["links"], "links").map(toLink),
    droppedLinksCount: uint32(from["droppedLinksCount"], "droppedLinksCount"),
    status: {
      message: text(status["message"], "status.message"),
      code: enumNumber(status["code"], "status.code", statusNames),
    },
  };
}

function toEvent(value: unknown): SpanEvent {
  const from = fields(value, "event");
  return {
    timeUnixNano: uint64(from["timeUnixNano"], "event.timeUnixNano"),
    name: text(from["name"], "event.name"),
    ...toAttributes(from),
  };
}

function toLink(value: unknown): SpanLink {
  const from = fields(value, "link");
  return {
    traceId: text(from["traceId"], "link.traceId"),
    spanId: text(from["spanId"], "link.spanId"),
    traceState: text(from["traceState"], "link.traceState"),
    ...toAttributes(from),
    flags: uint32(from["flags"], "link.flags"),
  };
}

function toAttributes(from: Fields): { attributes: KeyValue[]; droppedAttributesCount: number } {
  return {
    attributes: list(from["attributes"], "attributes").map((each) => toKeyValue(each, 0)),
    droppedAttributesCount: uint32(from["droppedAttributesCount"], "droppedAttributesCount"),
  };
}

function toKeyValue(value: unknown, depth: number): KeyValue {
  const from = fields(value, "attribute");
  const key = text(from["key"], "attribute key");
  return { key, value: toAnyValue(fields(from["value"], `value of ${key}`), key, depth) };
}

function toAnyValue(from: Fields, key: string, depth: number): AnyValue {
  if (depth > maxValueDepth) throw malformed(`attribute values are nested deeper than ${maxValueDepth}`);
  if (isSet(from["stringValue"])) return { stringValue: text(from["stringValue"], key) };
  if (isSet(from["boolValue"])) return { boolValue: bool(from["boolValue"], key) };
  if (isSet(from["intValue"])) return { intValue: int64(from["intValue"], key) };
  if (isSet(from["doubleValue"])) return { doubleValue: double(from["doubleValue"], key) };
  if (isSet(from["bytesValue"])) return { bytesValue: base64(from["bytesValue"], key) };
  if (isSet(from["arrayValue"])) {
    const values = list(fields(from["arrayValue"], key)["values"], key);
    return { arrayValue: { values: values.map((each) => toAnyValue(fields(each, key), key, depth + 1)) } };
  }
  if (isSet(from["kvlistValue"])) {
    const values = list(fields(from["kvlistValue"], key)["values"], key);
    return { kvlistValue: { values: values.map((each) => toKeyValue(each, depth + 1)) } };
  }
  return {};
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}
