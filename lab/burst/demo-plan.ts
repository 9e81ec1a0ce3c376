import type { BurstPlan } from "../../traffic/order-plan.ts";

/** The order of the demo that draws severe CPU work in processing; no other order draws any severe work there. */
export const severeOrder = 2;

/**
 * Ten orders, two a second. The seed was found by a search over the default profiles: only order 2 draws
 * `extreme_cpu_computation` in processing, nothing is severe in the other services, and few operations are heavy, so that the
 * demo is short. Order 2, because the first orders are handled as they arrive: the severe one is running when the rest arrives.
 */
export const demoPlan: BurstPlan = {
  count: 10,
  ratePerSecond: 2,
  items: 10,
  seed: 72_767_091,
  forcings: [],
};
