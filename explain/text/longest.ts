import { duration } from "../../core/words.ts";
import { wrap } from "./layout.ts";

/** The longest of a list, in their order, and those that are left. */
export function longest<Item>(items: readonly Item[], most: number, nsOf: (item: Item) => number) {
  if (items.length <= most) return { shown: items, left: [] };
  const kept = new Set(items.toSorted((a, b) => nsOf(b) - nsOf(a)).slice(0, most));
  return { shown: items.filter((item) => kept.has(item)), left: items.filter((item) => !kept.has(item)) };
}

/** How many are left, and how long they took. */
export function leftLines<Item>(
  left: readonly Item[],
  one: string,
  many: string,
  nsOf: (item: Item) => number,
  width: number,
  under: string,
): string[] {
  if (left.length === 0) return [];
  const ns = left.reduce((sum, item) => sum + nsOf(item), 0);
  const what = left.length === 1 ? `1 shorter ${one} is` : `${left.length} shorter ${many} are`;
  return wrap(`${what} not listed: ${duration(ns)} in all.`, width, under);
}
