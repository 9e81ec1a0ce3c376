import type { Numbers } from "./protocol.ts";

/** Digits of an id that stand for it, as explain has them. */
const idShown = 8;

/**
 * Names orders `order 1`, `order 2`, … in the sequence in which they are given. At most `most` names are kept, the newest; an
 * order without one goes by the beginning of its id.
 */
export function createOrderNames(most: number) {
  const names = new Map<string, string>();
  let last = 0;

  function put(orders: Numbers["orders"]): void {
    for (const [order, number] of orders) {
      names.set(order, `order ${number}`);
      last = Math.max(last, number);
    }
    for (const oldest of names.keys()) {
      if (names.size <= most) break;
      names.delete(oldest);
    }
  }

  return {
    /** By the ids of orders. */
    known: names as ReadonlyMap<string, string>,
    of: (order: string): string => names.get(order) ?? `order ${order.slice(0, idShown)}`,
    /** The last number. */
    last: () => last,
    /** Gives the next numbers to orders that have none. */
    number(orders: readonly string[]): Numbers["orders"] {
      const first = last + 1;
      const numbered = orders.map((order, n): [string, number] => [order, first + n]);
      put(numbered);
      return numbered;
    },
    /** Takes up numbers that were given before, by another thread or another console. */
    resume: put,
  };
}

export type OrderNames = ReturnType<typeof createOrderNames>;
