import type { OrderRow } from "../../api.ts";

/** What a person looks for; an empty one lets every order through. */
export type OrderFilter = {
  /** `order 2` or `2`, part of an item, or the beginning of an id. */
  readonly text: string;
  /** `waiting`, `running`, `done` or `dead`: the order as a whole. */
  readonly state: string;
  readonly cause: string;
  readonly intensity: string;
  /** At least so long. */
  readonly leastMs: number;
};

export const everything: OrderFilter = { text: "", state: "", cause: "", intensity: "", leastMs: 0 };

export type OrderState = "waiting" | "running" | "done" | "dead";
export const orderStates: readonly OrderState[] = ["waiting", "running", "done", "dead"];

/** The state that matters most of its stages. */
export function stateOf({ stages }: Pick<OrderRow, "stages">): OrderState {
  const states = Object.values(stages);
  return (["dead", "running", "waiting"] as const).find((state) => states.includes(state)) ?? "done";
}

export function isUnfinished(order: Pick<OrderRow, "stages">): boolean {
  return ["waiting", "running"].includes(stateOf(order));
}

/** How long an order took, or has taken by now. */
export function totalMsOf(
  order: Pick<OrderRow, "stages" | "startedAtMs" | "totalMs">,
  nowMs: number,
): number {
  return isUnfinished(order) ? Math.max(order.totalMs, nowMs - order.startedAtMs) : order.totalMs;
}

/**
 * Those that the filter lets through, the newest first.
 *
 * @param nowMs of the server, for how long unfinished orders take
 */
export function filterOrders(orders: Iterable<OrderRow>, filter: OrderFilter, nowMs: number): OrderRow[] {
  const terms = termsOf(filter.text);
  return [...orders]
    .filter(
      (order) =>
        terms.every((term) => isFound(order, term)) &&
        (filter.state === "" || stateOf(order) === filter.state) &&
        (filter.cause === "" || order.causes.includes(filter.cause)) &&
        (filter.intensity === "" || order.intensities.includes(filter.intensity)) &&
        totalMsOf(order, nowMs) >= filter.leastMs,
    )
    .sort((a, b) => b.startedAtMs - a.startedAtMs);
}

/** A number that stands after `order` is that of an order, and nothing of its item. */
export type SearchTerm = { readonly text: string; readonly isOfOrder: boolean };

/** Shorter beginnings of ids are like too many. */
const leastOfId = 4;

/** `Order 2 lamp` is the order 2 and the word lamp. */
export function termsOf(text: string): SearchTerm[] {
  return [...text.toLowerCase().matchAll(/(order\s+)?#?(\d+)(?!\S)|\S+/g)].map(([whole, order, number]) => ({
    text: number ?? whole,
    isOfOrder: order !== undefined,
  }));
}

/** Numbers are compared as a whole: 2 is not in 12, nor in an id. */
export function isFound(order: OrderRow, { text, isOfOrder }: SearchTerm): boolean {
  const [noun = "", own = ""] = order.name.toLowerCase().split(" ");
  const ids = [order.orderId, order.traceId];
  if (own === text || (text.length >= leastOfId && ids.some((id) => id?.toLowerCase().startsWith(text)))) {
    return true;
  }
  if (isOfOrder) return false;
  const item = order.item?.toLowerCase() ?? "";
  if (/^\d+$/.test(text)) return item.split(/\D+/).includes(text);
  return noun.startsWith(text) || item.includes(text);
}
