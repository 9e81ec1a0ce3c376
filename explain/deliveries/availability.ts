import type { TraceTable } from "../spans/trace-table.ts";
import { nsPerMs } from "../time.ts";
import type { Delivery } from "./delivery.ts";
import type { Draft } from "./drafts.ts";

export type Availability = Pick<Delivery, "availableNs" | "skewNs">;

export const unknown: Availability = { availableNs: undefined, skewNs: 0 };

/** When the broker had the message, by the best of what the spans tell; see docs/decisions/0007-explain.md. */
export function availabilityOf({ producer, attempts }: Draft, { originNs }: TraceTable): Availability {
  const [first] = attempts.toSorted((a, b) => a.row.startNs - b.row.startNs);
  if (!first) return unknown;
  const { startNs } = first.row;
  const { queueTimeMs } = first.message;
  const recordNs = sinceOrigin(first.message.recordTimestampMs, originNs);
  if (producer) {
    if (producer.endNs <= startNs) return { availableNs: producer.endNs, skewNs: 0 };
    if (producer.startNs > startNs) return { availableNs: startNs, skewNs: producer.startNs - startNs };
    // The producer saw the acknowledgement late; the broker had the message before.
    const plausible = recordNs !== undefined && recordNs >= producer.startNs - nsPerMs && recordNs <= startNs;
    return { availableNs: plausible ? recordNs : startNs, skewNs: 0 };
  }
  if (recordNs !== undefined) {
    // The record's time has whole milliseconds.
    const skewNs = recordNs > startNs + nsPerMs ? recordNs - startNs : 0;
    return { availableNs: Math.min(recordNs, startNs), skewNs };
  }
  if (queueTimeMs !== undefined)
    return { availableNs: startNs - Math.round(queueTimeMs * nsPerMs), skewNs: 0 };
  return unknown;
}

export function sinceOrigin(ms: number | undefined, originNs: bigint): number | undefined {
  return ms === undefined ? undefined : Math.round((ms - Number(originNs / 1_000_000n)) * nsPerMs);
}
