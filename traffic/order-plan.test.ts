import { expect, it } from "vitest";
import { planOrders } from "./order-plan.ts";

const plan = { count: 4, items: 2, seed: 7, forcings: [] };

it("spaces orders by the rate, uses items in turn, and numbers seeds from 0", () => {
  const orders = planOrders({ ...plan, ratePerSecond: 4 }, (burst, index) => burst * 100 + index);
  expect(orders.map(({ intendedMs, item, seed }) => [intendedMs, item, seed])).toEqual([
    [0, "product-1", 700],
    [250, "product-2", 701],
    [500, "product-1", 702],
    [750, "product-2", 703],
  ]);
});

it("prefers a forcing of one order to a forcing of all, in either order", () => {
  const forcings = [
    { order: 2, span: "business_logic", operation: "extreme_cpu_computation" },
    { order: "all", span: "business_logic", operation: "json_processing" },
  ] as const;
  const orders = planOrders({ ...plan, forcings }, () => 1);
  expect(orders.map(({ workload }) => workload?.business_logic)).toEqual([
    "json_processing",
    "extreme_cpu_computation",
    "json_processing",
    "json_processing",
  ]);
});
