import type { Resource, Span, SpanEvent, SpanLink } from "../otlp/model.ts";
import type { StoredTrace } from "../storage/read.ts";
import type { JaegerLog, JaegerProcess, JaegerReference, JaegerSpan, JaegerTrace } from "./model.ts";
import { spanTags, tagsOf } from "./tags.ts";
import { jaegerTraceId } from "./trace-id.ts";

/** The only W3C trace flag that Jaeger has too (bit 0); Jaeger omits flags of 0. */
const sampled = 1;

/**
 * Translates a stored trace into Jaeger's JSON, as the collector does (pkg/translator/jaeger). Invalid links are removed with
 * a warning, as Jaeger's adjuster does, unless `raw` is set.
 */
export function toJaegerTrace({ traceId, spans }: StoredTrace, raw = false): JaegerTrace {
  const traceID = jaegerTraceId(Buffer.from(traceId).toString("hex"));
  const processes: Record<string, JaegerProcess> = {};
  const idByProcess = new Map<string, string>();

  function processId(service: string, resource: Resource): string {
    const tags = tagsOf(resource.attributes.filter(({ key }) => key !== "service.name"));
    const process: JaegerProcess = { serviceName: service, tags };
    const key = JSON.stringify(process);
    const known = idByProcess.get(key);
    if (known !== undefined) return known;
    const id = `p${idByProcess.size + 1}`;
    idByProcess.set(key, id);
    processes[id] = process;
    return id;
  }

  const translated = spans.map(({ span, origin }): JaegerSpan => {
    const links = raw ? span.links : span.links.filter(isValid);
    return {
      traceID,
      spanID: span.spanId,
      ...((span.flags & sampled) === 0 ? {} : { flags: sampled }),
      operationName: span.name,
      references: referencesOf(span, links, traceID),
      startTime: micros(span.startTimeUnixNano),
      duration: durationOf(span),
      tags: spanTags(span, origin.scope),
      logs: span.events.map(toLog),
      processID: processId(origin.service, origin.resource),
      warnings: links.length === span.links.length ? null : ["Invalid span link removed"],
    };
  });
  return { traceID, spans: translated, processes, warnings: null };
}

/** The parent comes first, since Jaeger's UI treats the first CHILD_OF as the parent. */
function referencesOf(span: Span, links: readonly SpanLink[], traceID: string): JaegerReference[] {
  const references: JaegerReference[] = [];
  const hasParent = span.parentSpanId !== "";
  if (hasParent) references.push({ refType: "CHILD_OF", traceID, spanID: span.parentSpanId });
  for (const link of links) {
    const reference: JaegerReference = {
      refType: refTypeOf(link),
      traceID: jaegerTraceId(link.traceId),
      spanID: link.spanId,
    };
    const isParent = reference.traceID === traceID && reference.spanID === span.parentSpanId;
    if (hasParent && isParent) references[0] = reference;
    else references.push(reference);
  }
  return references;
}

function refTypeOf(link: SpanLink): JaegerReference["refType"] {
  const value = link.attributes.find(({ key }) => key === "opentracing.ref_type")?.value;
  const isChild = value !== undefined && "stringValue" in value && value.stringValue === "child_of";
  return isChild ? "CHILD_OF" : "FOLLOWS_FROM";
}

function isValid(link: SpanLink): boolean {
  return link.traceId.length === 32 && !/^0+$/.test(link.traceId);
}

function toLog(event: SpanEvent): JaegerLog {
  const fields = tagsOf(event.attributes);
  const hasEventField = event.attributes.some(({ key }) => key === "event");
  if (event.name !== "" && !hasEventField)
    fields.unshift({ key: "event", type: "string", value: event.name });
  return { timestamp: micros(event.timeUnixNano), fields };
}

function micros(nanos: string): number {
  return Number(BigInt(nanos) / 1_000n);
}

function durationOf(span: Span): number {
  const nanos = BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano);
  return nanos > 0n ? Number(nanos / 1_000n) : 0;
}
