import { z } from "zod";
import { createJaegerClient } from "../../../explain/read/jaeger-client.ts";

const answer = z.object({
  data: z.array(
    z.object({
      traceID: z.string(),
      spans: z.array(z.object({ startTime: z.number(), duration: z.number() })),
    }),
  ),
});
const services = z.object({ data: z.array(z.string()).nullable() });

/** Of each service; some may be known already. */
const mostTraces = 20;

/**
 * When the last trace ended that began before a moment and is not among the known ones, in ms since the epoch; undefined when there
 * is none. Jaeger gives the newest traces first.
 *
 * @throws ReadError when Jaeger does not answer
 */
export async function lastBefore(
  url: string,
  beforeMs: number,
  isKnown: (traceId: string) => boolean,
  timeoutMs: number,
): Promise<number | undefined> {
  const client = createJaegerClient(url, { timeoutMs, signal: AbortSignal.timeout(timeoutMs) });
  const { data: names } = services.parse(await client.get("/api/services"));
  let lastUs = Number.NEGATIVE_INFINITY;
  for (const service of names ?? []) {
    const params = new URLSearchParams({
      service,
      start: "0",
      end: `${Math.floor(beforeMs * 1000)}`,
      limit: `${mostTraces}`,
    });
    const { data } = answer.parse(await client.get(`/api/traces?${params}`));
    const spans = data.flatMap((trace) => (isKnown(trace.traceID.padStart(32, "0")) ? [] : trace.spans));
    lastUs = spans.reduce((us, { startTime, duration }) => Math.max(us, startTime + duration), lastUs);
  }
  return Number.isFinite(lastUs) ? lastUs / 1000 : undefined;
}
