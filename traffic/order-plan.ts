import type { OperationSpan } from "../shared/pipeline/stages.ts";
import type { OperationName } from "../shared/pipeline/workload-names.ts";
import type { Forcing } from "./forcing.ts";

export type PlannedOrder = {
  /** From 1. */
  readonly number: number;
  /** When it is due, in ms from the start of the burst. */
  readonly intendedMs: number;
  readonly item: string;
  readonly quantity: number;
  readonly seed: number;
  readonly workload?: Partial<Record<OperationSpan, OperationName>>;
};

export type BurstPlan = {
  readonly count: number;
  /** All at once when absent. */
  readonly ratePerSecond?: number | undefined;
  /** Distinct items, used in turn: product-1, product-2 and so on. */
  readonly items: number;
  readonly seed: number;
  readonly forcings: readonly Forcing[];
};

/** The orders of a burst. `orderSeed` numbers them: burst's seed and index from 0 in, seed of the order out. */
export function planOrders(
  plan: BurstPlan,
  orderSeed: (burstSeed: number, index: number) => number,
): readonly PlannedOrder[] {
  return Array.from({ length: plan.count }, (_, index) => {
    const number = index + 1;
    const forAll = plan.forcings.filter(({ order }) => order === "all");
    const forced = [...forAll, ...plan.forcings.filter(({ order }) => order === number)];
    return {
      number,
      intendedMs: plan.ratePerSecond === undefined ? 0 : (index * 1000) / plan.ratePerSecond,
      item: `product-${(index % plan.items) + 1}`,
      quantity: 1,
      seed: orderSeed(plan.seed, index),
      ...(forced.length > 0 && {
        workload: Object.fromEntries(forced.map(({ span, operation }) => [span, operation])),
      }),
    };
  });
}
