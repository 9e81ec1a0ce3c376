import type { Delivery, SpanRun } from "../normalise/delivery.ts";
import type { Cost } from "../waits/costs.ts";
import type { Costs } from "./costs.ts";

/** A delivery that others waited for; of a batch its first one, for all of it. */
export type Blocker = { readonly delivery: Delivery; readonly cost: Cost };

/** Who cost others most comes first. Earlier attempts are charged to the run that did the work. */
export function blockersOf(deliveries: readonly Delivery[], costs: Costs): Blocker[] {
  const charged = new Set<SpanRun>();
  const blockers = new Map<SpanRun, { delivery: Delivery; cost: Cost }>();
  for (const delivery of deliveries) {
    for (const attempt of delivery.attempts) {
      const cost = costs.get(attempt);
      if (!cost || charged.has(attempt)) continue;
      charged.add(attempt);
      const known = blockers.get(delivery.run);
      blockers.set(delivery.run, {
        delivery: known?.delivery ?? delivery,
        cost: {
          ns: (known?.cost.ns ?? 0) + Math.round(cost.ns),
          messages: Math.max(known?.cost.messages ?? 0, cost.messages),
        },
      });
    }
  }
  return [...blockers.values()].sort((a, b) => b.cost.ns - a.cost.ns);
}
