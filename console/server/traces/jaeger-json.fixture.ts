import type { Attributes, Span } from "../../../explain/span.ts";

/** A trace in the JSON format of Jaeger's query API. */
export function jaegerTrace(spans: readonly Span[]) {
  const processes = new Map<string, { readonly id: string; readonly process: object }>();
  for (const span of spans) {
    const name = processName(span);
    if (processes.has(name)) continue;
    const process = { serviceName: span.service, tags: tagsOf(span.resource ?? {}) };
    processes.set(name, { id: `p${processes.size + 1}`, process });
  }
  return {
    traceID: spans[0]?.traceId,
    spans: spans.map((span) => ({
      traceID: span.traceId,
      spanID: span.spanId,
      operationName: span.name,
      references: [
        ...(span.parentSpanId === undefined
          ? []
          : [{ refType: "CHILD_OF", traceID: span.traceId, spanID: span.parentSpanId }]),
        ...(span.links ?? []).map((link) => ({
          refType: "FOLLOWS_FROM",
          traceID: link.traceId,
          spanID: link.spanId,
        })),
      ],
      startTime: usOf(span.startNs),
      duration: usOf(span.endNs - span.startNs),
      tags: tagsOf({
        ...span.attributes,
        ...(span.kind && { "span.kind": span.kind }),
        ...(span.failed && { error: true }),
      }),
      processID: processes.get(processName(span))?.id,
    })),
    processes: Object.fromEntries([...processes.values()].map(({ id, process }) => [id, process])),
  };
}

export function usOf(ns: bigint): number {
  return Number(ns / 1000n);
}

function processName({ service, resource }: Span): string {
  return `${service} ${JSON.stringify(resource)}`;
}

function tagsOf(attributes: Attributes) {
  return Object.entries(attributes).map(([key, value]) => {
    const type = typeof value === "number" ? "float64" : typeof value === "boolean" ? "bool" : "string";
    return { key, type, value };
  });
}
