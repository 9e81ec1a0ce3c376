import type { Delivery, SpanRun } from "../deliveries/delivery.ts";
import type { Cost } from "../waits/blame/costs.ts";
import type { createLanes } from "../waits/lanes.ts";

export type Lanes = ReturnType<typeof createLanes<SpanRun>>;

/** What runs cost others; those that cost nothing are left out. */
export type Costs = ReadonlyMap<SpanRun, Cost>;

/** What runs cost those that waited, and nobody else. */
export function costsTo(waiting: readonly Delivery[], lanes: Lanes): Costs {
  return lanes.costs(
    waiting.flatMap(({ run, availableNs }) =>
      availableNs === undefined ? [] : [{ run, fromNs: availableNs }],
    ),
  );
}
