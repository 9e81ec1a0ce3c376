import { z } from "zod";
import { createJaegerClient } from "../../../explain/read/jaeger-client.ts";

const searchAnswer = z.object({
  data: z.array(
    z.object({
      traceID: z.string(),
      spans: z.array(z.object({ startTime: z.number(), duration: z.number() })),
    }),
  ),
});
const servicesAnswer = z.object({ data: z.array(z.string()).nullable() });

/** Per service; some may be kept already. */
const maxTraces = 20;

/**
 * The end of the last trace that started before `beforeMs` and is not kept, in ms since the epoch; undefined when there is no such
 * trace. Jaeger returns the newest traces first.
 *
 * @throws ReadError when Jaeger does not answer
 */
export async function lastUnreadTraceEnd(
  url: string,
  beforeMs: number,
  isKept: (traceId: string) => boolean,
  timeoutMs: number,
): Promise<number | undefined> {
  const client = createJaegerClient(url, { timeoutMs, signal: AbortSignal.timeout(timeoutMs) });
  const { data: names } = servicesAnswer.parse(await client.get("/api/services"));
  let lastUs = Number.NEGATIVE_INFINITY;
  for (const service of names ?? []) {
    const params = new URLSearchParams({
      service,
      start: "0",
      end: `${Math.floor(beforeMs * 1000)}`,
      limit: `${maxTraces}`,
    });
    const { data } = searchAnswer.parse(await client.get(`/api/traces?${params}`));
    const spans = data.flatMap((trace) => (isKept(trace.traceID.padStart(32, "0")) ? [] : trace.spans));
    lastUs = spans.reduce((us, { startTime, duration }) => Math.max(us, startTime + duration), lastUs);
  }
  return Number.isFinite(lastUs) ? lastUs / 1000 : undefined;
}
