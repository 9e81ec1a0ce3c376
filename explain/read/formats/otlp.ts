import type { ReportProblem } from "../../problem-log.ts";
import type { AttributeValue, SpanKind, SpanLink } from "../../span.ts";
import { type DecodedSpan, type Fields, type Format, isFields, listOf, noScope } from "./format.ts";
import type { Interner, MutableAttributes } from "./interner.ts";
import { hasTimes, idsOf, kindNamed, parentOf, spanIdOf, traceIdOf, wholeNumber } from "./span-fields.ts";

/** By number: opentelemetry/proto/trace/v1/trace.proto. */
const kinds: readonly (SpanKind | undefined)[] = [
  undefined,
  "internal",
  "server",
  "client",
  "producer",
  "consumer",
];

const none: Fields = {};

/**
 * OTLP's JSON encoding; an item is a ResourceSpans. Accepts everything that exporters write: keys in camel and snake case, ids
 * in hex and base64, enums and 64-bit numbers as numbers and text, and `instrumentationLibrarySpans` from before 2022.
 */
export const otlp: Format = {
  name: "OTLP",

  holdersOf(item) {
    return scopesOf(item).filter((holder) => Array.isArray(holder["spans"]));
  },

  decode(raw, interner, report): DecodedSpan | undefined {
    if (!isFields(raw)) {
      report("The span is not a JSON object.");
      return undefined;
    }
    const ids = idsOf(raw["traceId"] ?? raw["trace_id"], raw["spanId"] ?? raw["span_id"], report);
    if (!ids) return undefined;
    const startNs = wholeNumber(raw["startTimeUnixNano"] ?? raw["start_time_unix_nano"]);
    const endNs = wholeNumber(raw["endTimeUnixNano"] ?? raw["end_time_unix_nano"]);
    if (!hasTimes(startNs, endNs, report) || startNs === undefined || endNs === undefined) return undefined;
    const name = raw["name"];
    const span: DecodedSpan["span"] = {
      traceId: ids.traceId,
      spanId: ids.spanId,
      parentSpanId: parentOf(raw["parentSpanId"] ?? raw["parent_span_id"], report),
      links: linksOf(raw["links"], report),
      name: typeof name === "string" ? interner.text(name) : "",
      kind: kindOf(raw["kind"]),
      service: undefined,
      scope: undefined,
      startNs,
      endNs,
      failed: isError(raw["status"]) || undefined,
      attributes: attributesOf(raw["attributes"], interner),
      resource: undefined,
    };
    return { span, owner: "" };
  },

  ownersOf(item, interner) {
    const resource = isFields(item) ? item["resource"] : undefined;
    if (!isFields(resource)) return undefined;
    const service = serviceOf(resource["attributes"]);
    const owner = {
      service: service === undefined ? undefined : interner.text(service),
      resource: interner.attributes(attributesOf(resource["attributes"], interner)),
    };
    return () => owner;
  },

  scopeOf(holder, interner) {
    if (!isFields(holder)) return undefined;
    const scope = holder["scope"] ?? holder["instrumentationLibrary"] ?? holder["instrumentation_library"];
    if (!isFields(scope)) return undefined;
    const name = scope["name"];
    return typeof name === "string" && name !== "" ? { name: interner.text(name) } : noScope;
  },
};

function scopesOf(item: unknown): readonly Fields[] {
  if (!isFields(item)) return [];
  return listOf(
    item["scopeSpans"] ??
      item["scope_spans"] ??
      item["instrumentationLibrarySpans"] ??
      item["instrumentation_library_spans"],
  ).filter(isFields);
}

function kindOf(kind: unknown): SpanKind | undefined {
  return typeof kind === "number" ? kinds[kind] : kindNamed(kind);
}

function isError(status: unknown): boolean {
  const code = isFields(status) ? status["code"] : undefined;
  return code === 2 || code === "STATUS_CODE_ERROR" || code === "2";
}

function linksOf(links: unknown, report: ReportProblem): SpanLink[] | undefined {
  if (!Array.isArray(links) || links.length === 0) return undefined;
  const found: SpanLink[] = [];
  for (const link of links) {
    const from = isFields(link) ? link : none;
    const traceId = traceIdOf(from["traceId"] ?? from["trace_id"]);
    const spanId = spanIdOf(from["spanId"] ?? from["span_id"]);
    if (traceId === undefined || spanId === undefined)
      report("A link of the span has no id; it is left out.");
    else found.push({ traceId, spanId });
  }
  return found.length > 0 ? found : undefined;
}

function attributesOf(list: unknown, interner: Interner): MutableAttributes {
  const attributes: MutableAttributes = {};
  if (!Array.isArray(list)) return attributes;
  for (const each of list) {
    if (!isFields(each)) continue;
    const key = each["key"];
    if (typeof key === "string") interner.add(attributes, key, each["value"], anyValue);
  }
  return attributes;
}

function serviceOf(list: unknown): string | undefined {
  const found = listOf(list).find((each) => isFields(each) && each["key"] === "service.name");
  const service = isFields(found) ? anyValue(found["value"]) : undefined;
  return service === undefined ? undefined : String(service);
}

/** Scalars only: explain does not read lists, maps or bytes. */
function anyValue(value: unknown): AttributeValue | undefined {
  if (!isFields(value)) return undefined;
  const text = value["stringValue"] ?? value["string_value"];
  if (typeof text === "string") return text;
  const integer = value["intValue"] ?? value["int_value"];
  if (integer !== undefined && integer !== null) return integerOf(integer);
  const flag = value["boolValue"] ?? value["bool_value"];
  if (typeof flag === "boolean") return flag;
  const double = value["doubleValue"] ?? value["double_value"];
  return typeof double === "number" || typeof double === "string" ? Number(double) : undefined;
}

/** A 64-bit integer that a number cannot hold exactly stays text. */
function integerOf(value: unknown): AttributeValue | undefined {
  if (typeof value === "number") return value;
  if (typeof value !== "string") return undefined;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
