import type { OrderRow } from "../../api.ts";
import { isFound, termsOf } from "./search-terms.ts";

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
