import type { Numbers } from "./protocol.ts";

/** Characters of an id that name an order without a number, as in explain. */
const idLength = 8;

/**
 * Names orders `order 1`, `order 2`, … in the given sequence. Only the newest `maxNames` names are kept; an order without a number is
 * named by the start of its id.
 */
export function createOrderNames(maxNames: number) {
  const names = new Map<string, string>();
  let last = 0;

  function restore(orders: Numbers["orders"]): void {
    for (const [order, number] of orders) {
      names.set(order, `order ${number}`);
      last = Math.max(last, number);
    }
    for (const oldest of names.keys()) {
      if (names.size <= maxNames) break;
      names.delete(oldest);
    }
  }

  return {
    /** By order id. */
    known: names as ReadonlyMap<string, string>,
    of: (order: string): string => names.get(order) ?? `order ${order.slice(0, idLength)}`,
    /** The last number given. */
    last: () => last,
    /** Gives the next numbers to orders that have none. */
    number(orders: readonly string[]): Numbers["orders"] {
      const first = last + 1;
      const numbered = orders.map((order, n): [string, number] => [order, first + n]);
      restore(numbered);
      return numbered;
    },
    /** Takes over numbers that an earlier thread or console gave. */
    restore,
  };
}

export type OrderNames = ReturnType<typeof createOrderNames>;
