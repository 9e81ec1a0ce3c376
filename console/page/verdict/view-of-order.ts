import type { WindowAnswer } from "../../api.ts";
import type { View } from "../time/time-scale.ts";

/** The time of an order: that of its row, else that of its deliveries; undefined when the window has neither. */
export function viewOfOrder(
  { orders, bars }: Pick<WindowAnswer, "orders" | "bars">,
  order: string,
): View | undefined {
  const row = orders.find(({ id }) => id === order);
  if (row && row.totalMs > 0) return { fromMs: row.startedAtMs, toMs: row.startedAtMs + row.totalMs };
  const own = bars.filter((bar) => bar.order === order);
  if (own.length === 0) return undefined;
  return {
    fromMs: Math.min(...own.map(({ availableAtMs, startedAtMs }) => availableAtMs ?? startedAtMs)),
    toMs: Math.max(...own.map(({ endedAtMs }) => endedAtMs)),
  };
}
