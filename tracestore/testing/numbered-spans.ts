import type { Span } from "../otlp/model.ts";
import { sampleResource, sampleSpan } from "./sample.ts";
import { startTestStore } from "./start-store.ts";

/** Ids of the n-th trace and span. */
export const traceId = (n: number) => n.toString(16).padStart(32, "0");
export const spanId = (n: number) => n.toString(16).padStart(16, "0");
/** Microseconds since 1970; span n starts n seconds later. */
export const epochUs = 1_700_000_000_000_000;
/** Covers all numbered spans. */
export const range = `start=${epochUs}&end=${epochUs + 100_000_000}`;

/** Span n of trace n, which starts n seconds after `epochUs` and lasts `ms`. */
export function span(n: number, given: Partial<Span> & { ms?: number } = {}): Span {
  const { ms = 1, ...rest } = given;
  const start = BigInt(epochUs + n * 1_000_000) * 1_000n;
  return sampleSpan({
    traceId: traceId(n),
    spanId: spanId(n),
    name: `op ${n}`,
    startTimeUnixNano: String(start),
    endTimeUnixNano: String(start + BigInt(ms) * 1_000_000n),
    ...rest,
  });
}

type Envelope = { data: { traceID: string }[] | null };

export function isEnvelope(body: unknown): body is Envelope {
  return typeof body === "object" && body !== null && "data" in body;
}

/** A store with these spans of the service "shop". */
export async function storeWith(...spans: Span[]) {
  const store = await startTestStore();
  await store.send(sampleResource("shop", spans));
  return {
    ...store,
    /** Numbers of the traces found, newest first. */
    find: async (query: string): Promise<number[]> => {
      const { body } = await store.get(`/api/traces?service=shop&${range}&${query}`);
      if (!isEnvelope(body)) throw new Error("no envelope");
      return (body.data ?? []).map(({ traceID }) => Number.parseInt(traceID, 16));
    },
  };
}
