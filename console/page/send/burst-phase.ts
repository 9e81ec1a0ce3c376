import type { BurstProgress, OrderRow } from "../../api.ts";
import { keptMs } from "../live/reduce.ts";
import { stateOf } from "../orders/filter.ts";

/**
 * `sending`; `following` until all orders have ended; `left` when the console has stopped following unfinished orders;
 * `orphaned` when the console has restarted; `over`.
 */
export type BurstPhase = "sending" | "following" | "left" | "orphaned" | "over";

export function phaseOf(
  burst: Pick<BurstProgress, "count" | "sent" | "ended" | "orders">,
  isOrphaned: boolean,
  underWay: number,
): BurstPhase {
  if (isOrphaned) return "orphaned";
  if (!burst.ended) return burst.sent < burst.count ? "sending" : "following";
  return underWay > 0 ? "left" : "over";
}

/**
 * How many orders of the burst have not ended: by the count of the console, or by the spans once the console has stopped following
 * them. An order without spans counts until orders of its time are dropped.
 */
export function ordersUnderWay(
  burst: Pick<BurstProgress, "ended" | "done" | "dead" | "accepted" | "orders" | "startedAtMs">,
  rows: ReadonlyMap<string, OrderRow>,
  nowMs: number,
): number {
  const counted = Math.max(0, burst.accepted - burst.done - burst.dead);
  if (!burst.ended || counted === 0) return counted;
  return burst.orders.filter((id) => {
    const row = rows.get(id);
    if (row === undefined) return nowMs < burst.startedAtMs + keptMs;
    return ["waiting", "running"].includes(stateOf(row));
  }).length;
}
