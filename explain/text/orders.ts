import { counted } from "../../core/words.ts";
import type { Explanation, OrderFinding } from "../explanation.ts";
import { harmless } from "./harmless.ts";
import { wrap, wrapItem } from "./layout.ts";
import type { Paint } from "./paint.ts";

const few = 12;
const slowestShown = 10;

/** What happened to each order; of many, to the slowest. */
export function orderLines({ orders }: Explanation, width: number, paint: Paint): string[] {
  if (orders.length === 0) return [];
  const shown = slowest(orders, orders.length > few ? slowestShown : orders.length);
  const title =
    shown.length < orders.length
      ? `The ${shown.length} slowest of ${counted(orders.length, "order")}; ${orders.length - shown.length} are left out`
      : `What happened to ${orders.length === 1 ? "the order" : "each order"}`;
  return [
    ...wrap(title, width).map((line) => paint("bold", line)),
    ...shown.flatMap(({ sentence }) => wrapItem(harmless(sentence), width)),
  ];
}

/** Slowest first; all of them stay in their order. */
function slowest(orders: readonly OrderFinding[], most: number): readonly OrderFinding[] {
  if (most >= orders.length) return orders;
  return orders.toSorted((a, b) => b.totalNs - a.totalNs).slice(0, most);
}
