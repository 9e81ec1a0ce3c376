import { describe, expect, it } from "vitest";
import type { OrderRow } from "../../api.ts";
import { filterOrders, matches, noFilter, stateOf, termsOf, totalMsOf } from "./filter.ts";

const order = (given: Partial<OrderRow>): OrderRow => ({
  id: given.name ?? "1",
  name: "order 1",
  orderId: undefined,
  traceId: "4bf92f",
  sentence: "",
  item: "book",
  startedAtMs: 0,
  totalMs: 100,
  workMs: 10,
  waitMs: 90,
  stages: {},
  causes: [],
  intensities: [],
  worstBlocker: undefined,
  ...given,
});

const orders = [
  order({ name: "order 1", startedAtMs: 1, causes: ["same-partition"], intensities: ["light"] }),
  order({ name: "order 2", startedAtMs: 2, item: "Lamp", intensities: ["light", "severe"], totalMs: 9000 }),
  order({ name: "order 3", startedAtMs: 3, stages: { a: "done", b: "running" }, orderId: "0af7" }),
];
const names = (filter: Partial<typeof noFilter>) =>
  filterOrders(orders, { ...noFilter, ...filter }, 5000).map(({ name }) => name);

describe("the list of orders", () => {
  it("has the newest order first", () => {
    expect(names({})).toEqual(["order 3", "order 2", "order 1"]);
  });

  it("finds numbers, words of items and prefixes of ids", () => {
    expect(names({ text: "order 2" })).toEqual(["order 2"]);
    expect(names({ text: "lamp" })).toEqual(["order 2"]);
    expect(names({ text: "order 0AF7" })).toEqual(["order 3"]);
    expect(names({ text: "order chair" })).toEqual([]);
  });

  it("filters by state, cause, intensity and duration, all at once", () => {
    expect(names({ state: "running" })).toEqual(["order 3"]);
    expect(names({ cause: "same-partition" })).toEqual(["order 1"]);
    expect(names({ intensity: "light" })).toEqual(["order 2", "order 1"]);
    expect(names({ intensity: "light", minMs: 200 })).toEqual(["order 2"]);
  });

  it("counts the time of an unfinished order until now", () => {
    expect(names({ minMs: 4000 })).toEqual(["order 3", "order 2"]);
    expect(totalMsOf(order({ startedAtMs: 3, stages: { a: "waiting" } }), 5000)).toBe(4997);
    expect(totalMsOf(order({ startedAtMs: 3, stages: { a: "done" } }), 5000)).toBe(100);
  });

  it("shows the most important state of the stages", () => {
    expect(stateOf({ stages: {} })).toBe("done");
    expect(stateOf({ stages: { a: "done", b: "waiting" } })).toBe("waiting");
    expect(stateOf({ stages: { a: "dead", b: "running" } })).toBe("dead");
  });
});

const searched = (given: Partial<OrderRow>) =>
  ({ name: "order 12", orderId: "2d4b77aa", traceId: "22bf92f3", item: "book 7", ...given }) as OrderRow;
const finds = (text: string, given: Partial<OrderRow> = {}) =>
  termsOf(text).every((term) => matches(searched(given), term));

describe("a search", () => {
  it("matches order numbers as a whole", () => {
    expect(["12", "order 12", "Order  #12", "#12"].map((text) => finds(text))).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(["2", "1", "order 2", "order 1", "order 122"].filter((text) => finds(text))).toEqual([]);
  });

  it("matches ids by prefixes of at least four characters", () => {
    expect(["2d4b", "22BF", "order 2d4b77"].filter((text) => !finds(text))).toEqual([]);
    expect(["2d4", "d4b7", "77aa"].filter((text) => finds(text))).toEqual([]);
    expect(finds("order 1234", { orderId: "1234ab" })).toBe(true);
  });

  it("matches parts of items, and numbers in items as a whole", () => {
    expect(["oo", "book", "7", "order book", "12 book"].filter((text) => !finds(text))).toEqual([]);
    expect(finds("7", { item: "book 17" })).toBe(false);
    expect(finds("order 7")).toBe(false);
  });

  it("matches everything while the word order is being typed", () => {
    expect(["", "ord", "order", "order "].filter((text) => !finds(text))).toEqual([]);
  });
});
