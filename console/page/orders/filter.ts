import type { OrderRow } from "../../api.ts";

/** The filters of the list; empty ones match every order. */
export type OrderFilter = {
  /** `order 2` or `2`, part of an item, or the beginning of an id. */
  readonly text: string;
  /** `waiting`, `running`, `done` or `dead`: the order as a whole. */
  readonly state: string;
  readonly cause: string;
  readonly intensity: string;
  /** Minimum total time. */
  readonly minMs: number;
};

export const noFilter: OrderFilter = { text: "", state: "", cause: "", intensity: "", minMs: 0 };

export type OrderState = "waiting" | "running" | "done" | "dead";
export const orderStates: readonly OrderState[] = ["waiting", "running", "done", "dead"];

/** The most important state of its stages. */
export function stateOf({ stages }: Pick<OrderRow, "stages">): OrderState {
  const states = Object.values(stages);
  return (["dead", "running", "waiting"] as const).find((state) => states.includes(state)) ?? "done";
}

export function isUnfinished(order: Pick<OrderRow, "stages">): boolean {
  return ["waiting", "running"].includes(stateOf(order));
}

/** How long an order took, or has taken so far. */
export function totalMsOf(
  order: Pick<OrderRow, "stages" | "startedAtMs" | "totalMs">,
  nowMs: number,
): number {
  return isUnfinished(order) ? Math.max(order.totalMs, nowMs - order.startedAtMs) : order.totalMs;
}

/**
 * The orders that match the filter, newest first.
 *
 * @param nowMs by the server's clock, for the time of unfinished orders
 */
export function filterOrders(orders: Iterable<OrderRow>, filter: OrderFilter, nowMs: number): OrderRow[] {
  const terms = termsOf(filter.text);
  return [...orders]
    .filter(
      (order) =>
        terms.every((term) => matches(order, term)) &&
        (filter.state === "" || stateOf(order) === filter.state) &&
        (filter.cause === "" || order.causes.includes(filter.cause)) &&
        (filter.intensity === "" || order.intensities.includes(filter.intensity)) &&
        totalMsOf(order, nowMs) >= filter.minMs,
    )
    .sort((a, b) => b.startedAtMs - a.startedAtMs);
}

/** A number after the word `order` matches only order numbers, not items. */
export type SearchTerm = { readonly text: string; readonly isOrderNumber: boolean };

/** Shorter prefixes of ids would match too many orders. */
const minIdLength = 4;

/** `Order 2 lamp` means the order 2 and the word lamp. */
export function termsOf(text: string): SearchTerm[] {
  return [...text.toLowerCase().matchAll(/(order\s+)?#?(\d+)(?!\S)|\S+/g)].map(([whole, order, number]) => ({
    text: number ?? whole,
    isOrderNumber: order !== undefined,
  }));
}

/** Whether an order matches a term. Numbers must match as a whole: 2 does not match 12, nor part of an id. */
export function matches(order: OrderRow, { text, isOrderNumber }: SearchTerm): boolean {
  const [noun = "", own = ""] = order.name.toLowerCase().split(" ");
  const ids = [order.orderId, order.traceId];
  if (own === text || (text.length >= minIdLength && ids.some((id) => id?.toLowerCase().startsWith(text)))) {
    return true;
  }
  if (isOrderNumber) return false;
  const item = order.item?.toLowerCase() ?? "";
  if (/^\d+$/.test(text)) return item.split(/\D+/).includes(text);
  return noun.startsWith(text) || item.includes(text);
}
