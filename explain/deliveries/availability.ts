import { nsPerMs, type Row, rowsOf } from "../spans/trace.ts";
import type { TraceTable } from "../spans/trace-table.ts";
import type { Delivery } from "./delivery.ts";
import type { Handling } from "./handlings.ts";
import type { Message } from "./messages.ts";

export type Availability = Pick<Delivery, "availableNs" | "skewNs">;

export const unknown: Availability = { availableNs: undefined, skewNs: 0 };

/**
 * When the producers' spans of messages that were created first and sent later, together, really ended: a send links to the spans
 * that created its messages.
 */
export function sentLaterNs(table: TraceTable): ReadonlyMap<Row, number> {
  const later = new Map<Row, number>();
  for (const trace of table.traces.values()) {
    for (const { message, links, endNs } of trace.rows) {
      if (message?.role !== "send") continue;
      for (const { traceId, spanId } of links) {
        const created = table.traceOf(traceId);
        if (!created) continue;
        for (const row of rowsOf(created, spanId)) {
          if (row.message?.role === "send" && row.message.topic === message.topic) later.set(row, endNs);
        }
      }
    }
  }
  return later;
}

/** When the broker had the message, from the best source in its spans; see docs/decisions/0007-explain.md. */
export function availabilityOf(
  { producer, attempts }: Message,
  { originNs }: TraceTable,
  sentLater: ReadonlyMap<Row, number>,
): Availability {
  const first = attempts.reduce<Handling | undefined>(
    (early, one) => (early && early.row.startNs <= one.row.startNs ? early : one),
    undefined,
  );
  if (!first) return unknown;
  const { startNs } = first.row;
  const { queueTimeMs } = first.message;
  const recordNs = sinceOrigin(first.message.recordTimestampMs, originNs);
  // Where the topic has another name, something may have sent the message on; then its record is younger.
  const isRenamed = producer?.message !== undefined && producer.message.topic !== first.message.topic;
  if (producer && !(isRenamed && recordNs !== undefined)) {
    const endNs = Math.max(producer.endNs, sentLater.get(producer) ?? producer.endNs);
    if (endNs <= startNs) return { availableNs: endNs, skewNs: 0 };
    if (producer.startNs > startNs) return { availableNs: startNs, skewNs: producer.startNs - startNs };
    // The producer got the acknowledgement late; the broker had the message earlier.
    const plausible = recordNs !== undefined && recordNs >= producer.startNs - nsPerMs && recordNs <= startNs;
    return { availableNs: plausible ? recordNs : startNs, skewNs: 0 };
  }
  if (recordNs !== undefined) {
    // Record timestamps are whole milliseconds.
    const skewNs = recordNs > startNs + nsPerMs ? recordNs - startNs : 0;
    return { availableNs: Math.min(recordNs, startNs), skewNs };
  }
  if (queueTimeMs !== undefined)
    return { availableNs: startNs - Math.round(queueTimeMs * nsPerMs), skewNs: 0 };
  return unknown;
}

/** A time in ms since the Unix epoch as ns since the origin. */
export function sinceOrigin(ms: number | undefined, originNs: bigint): number | undefined {
  return ms === undefined ? undefined : Math.round((ms - Number(originNs / 1_000_000n)) * nsPerMs);
}
