import { type SpanKind, spanKinds } from "../../span.ts";
import { Collector, eachAttribute, resourceOf } from "./attributes.ts";
import { type DecodedSpan, type Fields, type Format, isFields, listOf, noScope } from "./format.ts";
import { idsOf, linksOf, parentOf } from "./ids.ts";
import { kindNamed, namesError } from "./span-fields.ts";
import { timesOf } from "./times.ts";

/**
 * OTLP's JSON encoding; an item is a ResourceSpans, or a ScopeSpans alone. Accepts everything that exporters write: keys in camel and snake case, ids
 * in hex and base64, enums and 64-bit numbers as numbers and text, and `instrumentationLibrarySpans` from before 2022.
 */
export const otlp: Format = {
  name: "OTLP",

  holdersOf(item) {
    if (isFields(item) && Array.isArray(item["spans"])) return [item];
    return scopesOf(item).filter((holder) => Array.isArray(holder["spans"]));
  },

  decode(raw, interner, report): DecodedSpan | undefined {
    if (!isFields(raw)) {
      report("The span is not a JSON object.");
      return undefined;
    }
    const ids = idsOf(raw["traceId"] ?? raw["trace_id"], raw["spanId"] ?? raw["span_id"], report);
    if (!ids) return undefined;
    const times = timesOf(
      { raw: raw["startTimeUnixNano"] ?? raw["start_time_unix_nano"], unit: "sized ns" },
      { raw: raw["endTimeUnixNano"] ?? raw["end_time_unix_nano"], unit: "sized ns" },
      report,
    );
    if (!times) return undefined;
    const attributes = new Collector(interner, report);
    eachAttribute(raw["attributes"], (name, value) => attributes.add(name, value));
    const parent = parentOf(raw["parentSpanId"] ?? raw["parent_span_id"], report);
    const links = linksOf(raw["links"], report);
    if (parent.isUnread) attributes.noteUnread("parentSpanId");
    if (links.isUnread) attributes.noteUnread("links");
    const name = raw["name"];
    const span: DecodedSpan["span"] = {
      traceId: ids.traceId,
      spanId: ids.spanId,
      parentSpanId: parent.id,
      links: links.links,
      name: typeof name === "string" ? interner.text(name) : "",
      kind: kindOf(raw["kind"]),
      service: undefined,
      scope: undefined,
      startNs: times.startNs,
      endNs: times.endNs,
      failed: isError(raw["status"]) || undefined,
      attributes: attributes.values,
      unread: attributes.unread,
      resource: undefined,
    };
    return { span, owner: "" };
  },

  ownersOf(item, interner, report) {
    const resource = isFields(item) ? item["resource"] : undefined;
    if (!isFields(resource)) return undefined;
    const owner = resourceOf(resource["attributes"] ?? resource, interner, report);
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

/** By number or name. */
export function kindOf(kind: unknown): SpanKind | undefined {
  if (typeof kind === "number") return spanKinds[kind];
  return kindNamed(kind) ?? (typeof kind === "string" && kind !== "" ? spanKinds[Number(kind)] : undefined);
}

function isError(status: unknown): boolean {
  return isFields(status) && namesError(status["code"]);
}
