import { describe, expect, it } from "vitest";
import type { OrderRow } from "../../api.ts";
import { isFound, termsOf } from "./search-terms.ts";

const order = (given: Partial<OrderRow>) =>
  ({ name: "order 12", orderId: "2d4b77aa", traceId: "22bf92f3", item: "book 7", ...given }) as OrderRow;
const finds = (text: string, given: Partial<OrderRow> = {}) =>
  termsOf(text).every((term) => isFound(order(given), term));

describe("a search", () => {
  it("takes an order's number as a whole", () => {
    expect(["12", "order 12", "Order  #12", "#12"].map((text) => finds(text))).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(["2", "1", "order 2", "order 1", "order 122"].filter((text) => finds(text))).toEqual([]);
  });

  it("finds ids by their beginning only, from four characters on", () => {
    expect(["2d4b", "22BF", "order 2d4b77"].filter((text) => !finds(text))).toEqual([]);
    expect(["2d4", "d4b7", "77aa"].filter((text) => finds(text))).toEqual([]);
    expect(finds("order 1234", { orderId: "1234ab" })).toBe(true);
  });

  it("finds parts of items, and their numbers as a whole", () => {
    expect(["oo", "book", "7", "order book", "12 book"].filter((text) => !finds(text))).toEqual([]);
    expect(finds("7", { item: "book 17" })).toBe(false);
    expect(finds("order 7")).toBe(false);
  });

  it("finds all while the word order is being typed", () => {
    expect(["", "ord", "order", "order "].filter((text) => !finds(text))).toEqual([]);
  });
});
