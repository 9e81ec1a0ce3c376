import { z } from "zod";
import type { WholeSpan } from "../span.ts";
import { createJaegerClient } from "./jaeger-client.ts";

const tags = z
  .array(z.object({ key: z.string(), value: z.unknown() }))
  .nullish()
  .transform((list) => list ?? []);

const trace = z.object({
  spans: z.array(
    z.object({
      spanID: z.string(),
      operationName: z.string(),
      references: z
        .array(z.object({ refType: z.string(), traceID: z.string(), spanID: z.string() }))
        .nullish(),
      startTime: z.number(),
      duration: z.number(),
      tags,
      processID: z.string(),
    }),
  ),
  processes: z.record(z.string(), z.object({ serviceName: z.string(), tags })),
});
const answer = z.object({ data: z.array(trace) });

const timeoutMs = 10_000;
/** More would not fit a page or a terminal. */
const maxSpans = 5_000;

export type WholeTrace = {
  readonly spans: readonly WholeSpan[];
  /** `service.instance.id` of the services that wrote it. */
  readonly instances: readonly string[];
};

/**
 * A trace from Jaeger with all attributes.
 *
 * @throws ReadError when Jaeger has no such trace or does not answer
 */
export async function readWholeTrace(url: string, traceId: string): Promise<WholeTrace> {
  const client = createJaegerClient(url, {
    timeoutMs,
    signal: AbortSignal.timeout(timeoutMs),
  });
  const { data } = answer.parse(await client.get(`/api/traces/${encodeURIComponent(traceId)}`));
  const spans = data.flatMap(({ spans: own, processes }) =>
    own.map((span): WholeSpan => {
      const attributes = attributesOf(span.tags);
      const parent =
        span.references?.find(({ refType }) => refType === "CHILD_OF") ??
        span.references?.find(({ traceID }) => traceID === traceId);
      return {
        id: span.spanID,
        parentId: parent?.spanID,
        name: span.operationName,
        service: processes[span.processID]?.serviceName ?? "",
        kind: attributes["span.kind"] === undefined ? undefined : String(attributes["span.kind"]),
        startedAtMs: span.startTime / 1000,
        endedAtMs: (span.startTime + span.duration) / 1000,
        failed: attributes["error"] === true || attributes["otel.status_code"] === "ERROR",
        attributes,
      };
    }),
  );
  const instances = data.flatMap(({ processes }) =>
    Object.values(processes).flatMap((process) =>
      process.tags.flatMap(({ key, value }) =>
        key === "service.instance.id" && typeof value === "string" ? [value] : [],
      ),
    ),
  );
  return {
    spans: spans.sort((a, b) => a.startedAtMs - b.startedAtMs).slice(0, maxSpans),
    instances: [...new Set(instances)].sort(),
  };
}

function attributesOf(list: z.output<typeof tags>): Record<string, string | number | boolean> {
  return Object.fromEntries(
    list.flatMap(({ key, value }) =>
      typeof value === "string" || typeof value === "number" || typeof value === "boolean"
        ? [[key, value]]
        : [],
    ),
  );
}
