import type { SpanKind } from "../../span.ts";
import { Collector, eachAttribute, textOf } from "./attributes.ts";
import { type DecodedSpan, type Format, isFields, noScope, sourceOf } from "./format.ts";
import { idsOf, parentOf } from "./ids.ts";
import { isScopeTag, kindNamed, namesError } from "./span-fields.ts";
import { type RawEnd, type RawTime, timesOf } from "./times.ts";

/** Exporters write resource attributes as tags; these are their namespaces. */
const ofResource = /^(service|host|container|k8s|process)\./;

/**
 * Zipkin's JSON, version 2 (zipkin2-api.yaml), also as Zipkin stores it in Elasticsearch. Times are microseconds, tags are text,
 * and there are no links.
 */
export const zipkin: Format = {
  name: "Zipkin",

  holdersOf(item) {
    return [{ spans: [item] }];
  },

  decode(given, interner, report): DecodedSpan | undefined {
    const raw = sourceOf(given);
    if (!isFields(raw)) {
      report("The span is not a JSON object.");
      return undefined;
    }
    const ids = idsOf(raw["traceId"] ?? raw["trace_id"], raw["id"], report);
    if (!ids) return undefined;
    const kind = kindNamed(raw["kind"]);
    const times = timesOf(startOf(raw), endOf(raw["duration"], kind), report);
    if (!times) return undefined;
    const name = raw["name"];
    const endpoint = raw["localEndpoint"] ?? raw["local_endpoint"];
    const service = isFields(endpoint) ? (endpoint["serviceName"] ?? endpoint["service_name"]) : undefined;
    const attributes = new Collector(interner, report);
    const resource = new Collector(interner, report);
    let scope: string | undefined;
    let failed = false;
    eachAttribute(raw["tags"], (tag, value) => {
      if (isScopeTag(tag)) scope = textOf(tag, value, report);
      else if (tag === "error") failed ||= value !== undefined && value !== "false";
      else if (tag === "otel.status_code") failed ||= namesError(value);
      else if (ofResource.test(tag)) resource.add(tag, value);
      else attributes.add(tag, value);
    });
    const parent = parentOf(raw["parentId"] ?? raw["parent_id"], report);
    if (parent.isUnread) attributes.noteUnread("parentSpanId");
    for (const unread of resource.unread ?? []) attributes.noteUnread(unread);
    const span: DecodedSpan["span"] = {
      traceId: ids.traceId,
      spanId: ids.spanId,
      parentSpanId: parent.id,
      links: undefined,
      name: typeof name === "string" ? interner.text(name) : "",
      kind,
      service: typeof service === "string" && service !== "" ? interner.text(service) : undefined,
      scope: scope === undefined ? undefined : interner.text(scope),
      startNs: times.startNs,
      endNs: times.endNs,
      failed: failed || undefined,
      attributes: attributes.values,
      unread: attributes.unread,
      resource: interner.attributes(resource.values),
    };
    return { span, owner: undefined };
  },

  ownersOf: () => () => undefined,

  scopeOf: () => noScope,
};

/** Elasticsearch also has the milliseconds, for its date type. */
function startOf(raw: Readonly<Record<string, unknown>>): RawTime {
  const { timestamp } = raw;
  return timestamp === undefined
    ? { raw: raw["timestamp_millis"], unit: "ms" }
    : { raw: timestamp, unit: "us" };
}

/** Zipkin omits a duration that is 0 or unknown; for producers and consumers it is often 0. */
function endOf(duration: unknown, kind: SpanKind | undefined): RawEnd {
  const isInstant = duration === undefined && (kind === "producer" || kind === "consumer");
  return { raw: isInstant ? 0 : duration, unit: "us", isDuration: true };
}
