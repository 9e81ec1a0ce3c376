import type { OrderRow } from "../../api.ts";

/** What a person looks for; an empty one lets every order through. */
export type OrderFilter = {
  /** In the name, the item, the ids. */
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

/** Those that the filter lets through, the newest first. */
export function filterOrders(orders: Iterable<OrderRow>, filter: OrderFilter): OrderRow[] {
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  return [...orders]
    .filter((order) => {
      const text = [order.name, order.item, order.orderId, order.traceId].join(" ").toLowerCase();
      return (
        words.every((word) => text.includes(word)) &&
        (filter.state === "" || stateOf(order) === filter.state) &&
        (filter.cause === "" || order.causes.includes(filter.cause)) &&
        (filter.intensity === "" || order.intensities.includes(filter.intensity)) &&
        order.totalMs >= filter.leastMs
      );
    })
    .sort((a, b) => b.startedAtMs - a.startedAtMs);
}
