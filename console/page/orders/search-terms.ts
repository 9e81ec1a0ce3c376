import type { OrderRow } from "../../api.ts";

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
