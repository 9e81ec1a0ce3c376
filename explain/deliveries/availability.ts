import { nsPerMs } from "../spans/trace.ts";
import type { TraceTable } from "../spans/trace-table.ts";
import type { Delivery } from "./delivery.ts";
import type { Handling } from "./handlings.ts";
import type { Message } from "./messages.ts";

export type Availability = Pick<Delivery, "availableNs" | "skewNs">;

export const unknown: Availability = { availableNs: undefined, skewNs: 0 };

/** When the broker had the message, from the best source in its spans; see docs/decisions/0007-explain.md. */
export function availabilityOf({ producer, attempts }: Message, { originNs }: TraceTable): Availability {
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
    if (producer.endNs <= startNs) return { availableNs: producer.endNs, skewNs: 0 };
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
