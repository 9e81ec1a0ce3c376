import { z } from "zod";
import { topics } from "../../shared/topics.ts";

const jaegerTrace = z.looseObject({
  data: z.array(
    z.looseObject({
      spans: z.array(
        z.looseObject({
          operationName: z.string(),
          /** µs */
          duration: z.number(),
          tags: z.array(z.looseObject({ key: z.string(), value: z.unknown() })),
        }),
      ),
    }),
  ),
});

type OperationFact = { readonly span: string; readonly operation: string; readonly ms: number };

/** What the trace of an order adds to what the API says of it; each part is absent until its span has arrived. */
export type TraceFacts = {
  /** Of the topic that processing consumes. */
  readonly partition?: number;
  readonly operations: readonly OperationFact[];
  /** The order whose handling cost this one most of its wait for processing. */
  readonly blockedBy?: { readonly orderId: string; readonly ms: number };
};

const noFacts: TraceFacts = { operations: [] };
const timeoutMs = 3000;

/** Reads one trace from Jaeger's query API; without an answer there are no facts. */
export async function readTraceFacts(jaegerUrl: string, traceId: string, signal: AbortSignal) {
  try {
    const response = await fetch(new URL(`/api/traces/${traceId}`, jaegerUrl), {
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    return factsOf(await response.json());
  } catch {
    return noFacts;
  }
}

/** Facts from the body of Jaeger's `GET /api/traces/:id`. */
export function factsOf(body: unknown): TraceFacts {
  const parsed = jaegerTrace.safeParse(body);
  const spans = (parsed.data?.data ?? []).flatMap((trace) =>
    trace.spans.map(({ operationName, duration, tags }) => ({
      name: operationName,
      ms: duration / 1000,
      tags: new Map(tags.map(({ key, value }) => [key, value])),
    })),
  );
  const handled = spans.find(({ name }) => name === `process ${topics.orders}`);
  const waited = spans.find(({ name }) => name === `wait ${topics.orders}`);
  const partition = numberFrom(handled?.tags.get("messaging.destination.partition.id"));
  const blocker = waited?.tags.get("holdup.blocked_by.order_id");
  const blockedMs = numberFrom(waited?.tags.get("holdup.blocked_by.ms"));
  return {
    ...(partition !== undefined && { partition }),
    operations: spans.flatMap(({ name, ms, tags }) => {
      const operation = tags.get("workload.operation");
      return typeof operation === "string" ? [{ span: name, operation, ms }] : [];
    }),
    ...(typeof blocker === "string" &&
      blockedMs !== undefined && { blockedBy: { orderId: blocker, ms: blockedMs } }),
  };
}

/** Attributes arrive as numbers or, as the conventions have the partition's id, as text. */
function numberFrom(value: unknown): number | undefined {
  const number = typeof value === "string" && value !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}
