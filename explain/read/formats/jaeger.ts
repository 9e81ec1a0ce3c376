import type { ReportProblem } from "../../problem-log.ts";
import type { SpanLink } from "../../span.ts";
import { Collector, eachAttribute, textOf } from "./attributes.ts";
import {
  type DecodedSpan,
  type Fields,
  type Format,
  isFields,
  listOf,
  noScope,
  type Owner,
  sourceOf,
} from "./format.ts";
import { contextOf, idsOf, linkOf, parentOf } from "./ids.ts";
import type { Interner } from "./interner.ts";
import { isScopeTag, kindNamed, namesError } from "./span-fields.ts";
import { type RawEnd, timesOf } from "./times.ts";

/**
 * Jaeger's JSON: an item is a trace of its API (internal/uimodel/model.go), or a span as Jaeger stores it, which holds its
 * process itself: in Elasticsearch (internal/storage/v1/elasticsearch/spanstore/internal/dbmodel/model.go), in Badger, Kafka and
 * Cassandra (the JSON of model.proto). Times are microseconds, unless they are written as dates.
 */
export const jaeger: Format = {
  name: "Jaeger",

  holdersOf(item) {
    if (!isFields(item)) return [];
    return Array.isArray(item["spans"]) ? [item] : [{ spans: [item] }];
  },

  decode(given, interner, report): DecodedSpan | undefined {
    const raw = sourceOf(given);
    if (!isFields(raw)) {
      report("The span is not a JSON object.");
      return undefined;
    }
    const context = contextOf(raw);
    const ids = idsOf(context.trace, context.span, report);
    if (!ids) return undefined;
    const start = raw["startTime"] ?? raw["start_time"];
    const isMillis = start === undefined && raw["startTimeMillis"] !== undefined;
    const times = timesOf(
      isMillis ? { raw: raw["startTimeMillis"], unit: "ms" } : { raw: start, unit: "us" },
      durationOf(raw, start),
      report,
    );
    if (!times) return undefined;
    const name = raw["operationName"] ?? raw["operation_name"];
    const span: DecodedSpan["span"] = {
      traceId: ids.traceId,
      spanId: ids.spanId,
      parentSpanId: undefined,
      links: undefined,
      name: typeof name === "string" ? interner.text(name) : "",
      kind: undefined,
      service: undefined,
      scope: undefined,
      startNs: times.startNs,
      endNs: times.endNs,
      failed: undefined,
      attributes: {},
      unread: undefined,
      resource: undefined,
    };
    const attributes = new Collector(interner, report);
    span.attributes = attributes.values;
    addReferences(span, raw, attributes, report);
    addTags(span, raw, attributes, interner, report);
    const process = raw["process"];
    const owner = raw["processID"] ?? raw["processId"] ?? raw["process_id"];
    if (isFields(process)) {
      const own = ownerOf(process, interner, report);
      span.service = own.service;
      span.resource = own.resource;
      for (const name of own.unread ?? []) attributes.noteUnread(name);
    }
    span.unread = attributes.unread;
    if (isFields(process)) return { span, owner: undefined };
    return { span, owner: typeof owner === "string" ? owner : "" };
  },

  ownersOf(item, interner, report) {
    const processes = isFields(item) ? item["processes"] : undefined;
    if (!isFields(processes)) return undefined;
    const owners = new Map<string, Owner>();
    for (const [id, process] of Object.entries(processes)) {
      if (isFields(process)) owners.set(id, ownerOf(process, interner, report));
    }
    return (id) => owners.get(id);
  },

  scopeOf: () => noScope,
};

/** Where Go writes the start as a date, it writes the duration in nanoseconds. */
function durationOf({ duration }: Fields, start: unknown): RawEnd {
  const isDate = typeof start === "string" && !/^\d+$/.test(start);
  return { raw: duration, unit: isDate ? "ns" : "us", isDuration: true };
}

function ownerOf(process: Fields, interner: Interner, report: ReportProblem): Owner {
  const service = process["serviceName"] ?? process["service_name"];
  const attributes = new Collector(interner, report);
  eachTag(process, (name, value) => attributes.add(name, value));
  return {
    service: typeof service === "string" && service !== "" ? interner.text(service) : undefined,
    resource: interner.attributes(attributes.values),
    unread: attributes.unread,
  };
}

/** The tags of a span or process. Elasticsearch has some of them as fields, with `@` for the dots in their names. */
function eachTag({ tags, tag }: Fields, visit: (name: string, value: unknown) => void): void {
  eachAttribute(tags, visit);
  if (isFields(tag)) for (const name in tag) visit(name.replaceAll("@", "."), tag[name]);
}

/**
 * The parent is the first CHILD_OF within this trace, else the first FOLLOWS_FROM (how OpenTracing refers from a consumer to
 * its producer). All other references are links.
 */
function addReferences(
  span: DecodedSpan["span"],
  raw: Fields,
  attributes: Collector,
  report: ReportProblem,
): void {
  const references = listOf(raw["references"] ?? raw["refs"]);
  if (references.length === 0) {
    const parent = parentOf(raw["parentSpanID"] ?? raw["parentSpanId"] ?? raw["parent_span_id"], report);
    span.parentSpanId = parent.id;
    if (parent.isUnread) attributes.noteUnread("parentSpanId");
    return;
  }
  const found = references.map((reference) => ({
    link: linkOf(reference, report),
    isChild: isChildOf(reference),
  }));
  const own = found.filter(({ link }) => isLink(link) && link.traceId === span.traceId);
  const parent = (own.find(({ isChild }) => isChild) ?? own[0])?.link;
  const links = found
    .map(({ link }) => link)
    .filter(isLink)
    .filter((link) => link !== parent);
  span.parentSpanId = isLink(parent) ? parent.spanId : undefined;
  if (links.length > 0) span.links = links;
  if (found.some(({ link }) => link === "unread")) attributes.noteUnread("links");
}

function isLink(link: ReturnType<typeof linkOf>): link is SpanLink {
  return link !== undefined && link !== "unread";
}

/** The type is text in upper or lower case; protobuf's JSON omits this one, which is its first. */
function isChildOf(reference: unknown): boolean {
  const type = isFields(reference) ? (reference["refType"] ?? reference["ref_type"] ?? "child") : undefined;
  return type === 0 || (typeof type === "string" && type.toLowerCase().startsWith("child"));
}

/** In Jaeger, kind, status and scope are tags. */
function addTags(
  span: DecodedSpan["span"],
  raw: Fields,
  attributes: Collector,
  interner: Interner,
  report: ReportProblem,
): void {
  eachTag(raw, (name, value) => {
    if (name === "span.kind") span.kind = kindNamed(textOf(name, value, report));
    else if (name === "error") {
      if (textOf(name, value, report) === "true") span.failed = true;
    } else if (name === "otel.status_code") {
      if (namesError(textOf(name, value, report))) span.failed = true;
    } else if (isScopeTag(name)) {
      const scope = textOf(name, value, report);
      if (scope !== undefined) span.scope = interner.text(scope);
    } else attributes.add(name, value);
  });
}
