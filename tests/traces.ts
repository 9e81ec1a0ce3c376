import { expect, vi } from "vitest";
import { z } from "zod";

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

/** From `POST /order` to `data_analysis`, without wait spans: whether a message waits depends on timing. */
export const spansOfAnOrder = 17;

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
