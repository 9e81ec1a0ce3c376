import type { Delivery, SpanRun } from "../deliveries/delivery.ts";
import type { CostFinding } from "../explanation.ts";
import type { Wait } from "../waits/wait.ts";
import type { Costs, Lanes } from "./blocker-costs.ts";
import { firstTurnOf, retriedWait } from "./retried-wait.ts";

/** A delivery with its wait and what it cost others. */
export type Explained = {
  readonly delivery: Delivery;
  /** Undefined when it is unknown when the message became available, or when its handling began and ended. */
  readonly wait: Wait<SpanRun> | undefined;
  readonly cost: CostFinding;
};

/** Cuts the wait of each delivery. */
export function cutWaits(deliveries: readonly Delivery[], lanes: Lanes, costs: Costs): Explained[] {
  return deliveries.map((delivery) => ({
    delivery,
    wait: waitOf(delivery, lanes),
    cost: costOf(delivery, costs),
  }));
}

function waitOf(delivery: Delivery, lanes: Lanes): Explained["wait"] {
  const { availableNs, run } = delivery;
  if (availableNs === undefined || run.goesOnNs !== undefined) return undefined;
  const first = firstTurnOf(delivery);
  const wait = lanes.wait(first, availableNs);
  return first === run ? wait : retriedWait(wait, first, run);
}

const noCost: CostFinding = { ns: 0, messages: 0 };

/** The cost of all attempts; the cost of a batch is divided among its messages. */
function costOf({ attempts }: Delivery, costs: Costs): CostFinding {
  let [ns, messages] = [0, 0];
  for (const run of attempts) {
    const cost = costs.get(run);
    if (!cost) continue;
    ns += Math.round(cost.ns / run.messages);
    messages = Math.max(messages, cost.messages);
  }
  return ns === 0 && messages === 0 ? noCost : { ns, messages };
}
