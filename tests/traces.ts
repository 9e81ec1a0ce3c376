import { expect, vi } from "vitest";
import { z } from "zod";
import { firstTopic, operationSpansOf, stages } from "../shared/pipeline/stages.ts";

const span = z.object({
  traceID: z.string(),
  spanID: z.string(),
  operationName: z.string(),
  references: z.array(z.object({ refType: z.string(), spanID: z.string() })),
  startTime: z.number(),
  duration: z.number(),
  tags: z.array(z.object({ key: z.string(), value: z.unknown() })),
  processID: z.string(),
});
const answer = z.object({
  data: z.array(
    z.object({
      traceID: z.string(),
      spans: z.array(span),
      processes: z.record(z.string(), z.object({ serviceName: z.string() })),
    }),
  ),
});

/** Every send of an order to the next stage, and its reception there, as `edges` shows it. */
export const hops = stages.map(({ group, topic }) => `${group}: send ${topic} > process ${topic}`);

/** The spans of an order as `edges` shows them, without wait spans: whether a message waits depends on timing. */
export const edgesOfAnOrder = [
  "api-service: POST /order",
  "api-service: POST /order > create_order",
  ...operationSpansOf("api-service").map((operation) => `api-service: create_order > ${operation}`),
  `api-service: create_order > send ${firstTopic}`,
  ...hops,
  ...stages.flatMap(({ group, topic, nextTopic, span, operationSpans }) => [
    `${group}: process ${topic} > ${span}`,
    ...operationSpans.map((operation) => `${group}: ${span} > ${operation}`),
    ...(nextTopic === undefined ? [] : [`${group}: ${span} > send ${nextTopic}`]),
  ]),
].sort();
export const spansOfAnOrder = edgesOfAnOrder.length;

/** A span as a test reads it. Times in µs. */
export type SpanView = {
  readonly name: string;
  readonly service: string;
  readonly spanId: string;
  readonly parentId: string | undefined;
  /** Ids of the spans that it is linked to. */
  readonly links: readonly string[];
  readonly startUs: number;
  readonly endUs: number;
  readonly tags: Readonly<Record<string, unknown>>;
};

/** One trace through Jaeger's query API; empty when it does not exist (yet). */
export async function readTrace(jaegerUrl: string, traceId: string): Promise<SpanView[]> {
  const response = await fetch(`${jaegerUrl}/api/traces/${traceId}`);
  if (response.status === 404) return [];
  const { data } = answer.parse(await response.json());
  return data.flatMap(({ spans, processes }) =>
    spans.map((one) => ({
      name: one.operationName,
      service: processes[one.processID]?.serviceName ?? "",
      spanId: one.spanID,
      parentId: one.references.find(({ refType }) => refType === "CHILD_OF")?.spanID,
      links: one.references.filter(({ refType }) => refType !== "CHILD_OF").map(({ spanID }) => spanID),
      startUs: one.startTime,
      endUs: one.startTime + one.duration,
      tags: Object.fromEntries(one.tags.map(({ key, value }) => [key, value])),
    })),
  );
}

/** Waits until a trace has at least the spans of an undisturbed order, wait spans aside; each service sends its own. */
export function completeTrace(
  jaegerUrl: string,
  traceId: string,
  patience = { timeout: 60_000, interval: 100 },
): Promise<SpanView[]> {
  return vi.waitFor(async () => {
    const spans = withoutWaits(await readTrace(jaegerUrl, traceId));
    expect(spans.length).toBeGreaterThanOrEqual(spansOfAnOrder);
    return spans;
  }, patience);
}

export function withoutWaits(spans: readonly SpanView[]): SpanView[] {
  return spans.filter(({ name }) => !name.startsWith("wait "));
}

/** Each span as `service: parent > name`, sorted; a span whose parent is missing shows as `?`. */
export function edges(spans: readonly SpanView[]): string[] {
  const nameOf = new Map(spans.map((one) => [one.spanId, one.name]));
  return spans
    .map(({ service, name, parentId }) =>
      parentId === undefined ? `${service}: ${name}` : `${service}: ${nameOf.get(parentId) ?? "?"} > ${name}`,
    )
    .sort();
}
