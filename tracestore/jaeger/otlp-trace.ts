import type { Resource, Scope, Span } from "../otlp/model.ts";
import type { StoredTrace } from "../storage/read.ts";

type WireSpan = Omit<Span, "parentSpanId"> & { parentSpanId?: string };
type WireResourceSpans = { resource: Resource; scopeSpans: { scope: Scope; spans: WireSpan[] }[] };

/** A stored trace as OTLP TracesData, its spans grouped by resource and scope as they arrived. */
export function toTracesData({ spans }: StoredTrace): { resourceSpans: WireResourceSpans[] } {
  const groups = new Map<number, { resource: Resource; scope: Scope; spans: WireSpan[] }>();
  for (const { span, origin } of spans) {
    const { parentSpanId, ...rest } = span;
    const group = groups.get(origin.id) ?? { resource: origin.resource, scope: origin.scope, spans: [] };
    groups.set(origin.id, group);
    // jaeger-ui rejects an empty parent id; a root span has none.
    group.spans.push(parentSpanId === "" ? rest : { ...rest, parentSpanId });
  }
  const resourceSpans = [...groups.values()].map(({ resource, ...scopeSpans }) => ({
    resource,
    scopeSpans: [scopeSpans],
  }));
  return { resourceSpans };
}
