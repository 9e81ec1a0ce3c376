import type { SpanOutline } from "../storage/read.ts";

/** One entry of `/api/v3/trace-summaries` (apiv3/summaries.go); nanoseconds as decimal text. */
export type TraceSummary = {
  readonly traceId: string;
  readonly rootServiceName: string;
  readonly rootOperationName: string;
  readonly minStartTimeUnixNano: string;
  readonly maxEndTimeUnixNano: string;
  readonly spanCount: number;
  readonly errorSpanCount: number;
  readonly orphanSpanCount: number;
  readonly services: readonly { name: string; spanCount: number; errorSpanCount: number }[];
};

/** Summarises a trace from its spans in order of start. Times are exact to the microsecond. */
export function summarize(traceId: Uint8Array, spans: readonly SpanOutline[]): TraceSummary {
  const ids = new Set(spans.map((span) => span.spanId));
  const root = spans.find((span) => span.parentId === "");
  const services = new Map<string, { name: string; spanCount: number; errorSpanCount: number }>();
  let maxEndNs = 0n;
  for (const span of spans) {
    const service = services.get(span.service) ?? { name: span.service, spanCount: 0, errorSpanCount: 0 };
    service.spanCount += 1;
    if (span.isError) service.errorSpanCount += 1;
    services.set(span.service, service);
    const endNs = BigInt(span.startUs) * 1_000n + BigInt(span.durationNs);
    if (endNs > maxEndNs) maxEndNs = endNs;
  }
  return {
    traceId: Buffer.from(traceId).toString("hex"),
    rootServiceName: root?.service ?? "",
    rootOperationName: root?.operation ?? "",
    minStartTimeUnixNano: String(BigInt(spans[0]?.startUs ?? 0) * 1_000n),
    maxEndTimeUnixNano: String(maxEndNs),
    spanCount: spans.length,
    errorSpanCount: spans.filter((span) => span.isError).length,
    orphanSpanCount: spans.filter((span) => span.parentId !== "" && !ids.has(span.parentId)).length,
    services: [...services.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}
