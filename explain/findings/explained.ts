import type { Delivery, SpanRun } from "../deliveries/delivery.ts";
import type { CostFinding } from "../explanation.ts";
import { maxOf } from "../extremes.ts";
import type { Wait } from "../waits/wait.ts";
import type { Costs, Lanes } from "./blocker-costs.ts";

/** A delivery with its wait and what it cost others. */
export type Explained = {
  readonly delivery: Delivery;
  /** Undefined when it is unknown when the message became available, or when its handling began and ended. */
  readonly wait: Wait<SpanRun> | undefined;
  readonly cost: CostFinding;
};

/** Cuts the wait of each delivery. */
export function cutWaits(deliveries: readonly Delivery[], lanes: Lanes, costs: Costs): Explained[] {
  return deliveries.map((delivery) => {
    const { availableNs, run } = delivery;
    return {
      delivery,
      wait:
        availableNs === undefined || run.goesOnNs !== undefined ? undefined : lanes.wait(run, availableNs),
      cost: costOf(delivery, costs),
    };
  });
}

/** The cost of all attempts; the cost of a batch is divided among its messages. */
function costOf({ attempts }: Delivery, costs: Costs): CostFinding {
  const ofRuns = attempts.flatMap((run) => {
    const cost = costs.get(run);
    return cost ? [{ ns: Math.round(cost.ns / run.messages), messages: cost.messages }] : [];
  });
  return {
    ns: ofRuns.reduce((sum, { ns }) => sum + ns, 0),
    messages: Math.max(0, maxOf(ofRuns.map(({ messages }) => messages))),
  };
}
