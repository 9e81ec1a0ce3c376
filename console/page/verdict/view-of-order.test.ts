import { describe, expect, it } from "vitest";
import type { OrderRow } from "../../api.ts";
import { bar } from "../lanes/bar.fixture.ts";
import { viewOfOrder } from "./view-of-order.ts";

const bars = [
  bar({ order: "1", availableAtMs: 40, startedAtMs: 50, endedAtMs: 90 }),
  bar({ order: "1", topic: "later", startedAtMs: 95, endedAtMs: 99 }),
  bar({ order: "2", startedAtMs: 1, endedAtMs: 500 }),
];
const row = (given: Partial<OrderRow>) => ({ id: "1", startedAtMs: 20, totalMs: 80, ...given }) as OrderRow;

describe("the time of an order", () => {
  it("is that of its row", () => {
    expect(viewOfOrder({ orders: [row({})], bars }, "1")).toEqual({ fromMs: 20, toMs: 100 });
  });

  it("is that of its deliveries without one", () => {
    expect(viewOfOrder({ orders: [row({ totalMs: 0 })], bars }, "1")).toEqual({ fromMs: 40, toMs: 99 });
  });

  it("is not known of an order that the window lacks", () => {
    expect(viewOfOrder({ orders: [], bars }, "3")).toBeUndefined();
  });
});
