import type { Delivery, SpanRun } from "../deliveries/delivery.ts";
import type { Cost } from "../waits/blame/costs.ts";
import type { Costs } from "./costs.ts";

/** A run that others waited for, and the delivery that it is named after: of a batch its first one, for all of it. */
export type Blocker = { readonly run: SpanRun; readonly delivery: Delivery; readonly cost: Cost };

/** Who cost others most comes first. Earlier attempts of one message are charged to the run that did the work. */
export function blockersOf(deliveries: readonly Delivery[], costs: Costs): Blocker[] {
  const charged = new Set<SpanRun>();
  const blockers = new Map<SpanRun, Blocker>();
  for (const delivery of deliveries) {
    for (const attempt of delivery.attempts) {
      const cost = costs.get(attempt);
      if (!cost || charged.has(attempt)) continue;
      charged.add(attempt);
      const run = chargedFor(attempt, delivery);
      const known = blockers.get(run);
      blockers.set(run, {
        run,
        delivery: known?.delivery ?? run.deliveries[0] ?? delivery,
        cost: {
          ns: (known?.cost.ns ?? 0) + Math.round(cost.ns),
          messages: Math.max(known?.cost.messages ?? 0, cost.messages),
        },
      });
    }
  }
  return [...blockers.values()].sort((a, b) => b.cost.ns - a.cost.ns);
}

/** A batch stands for itself, whatever became of its messages; so does an attempt that a batch did the work of. */
function chargedFor(attempt: SpanRun, { run }: Delivery): SpanRun {
  return attempt.messages > 1 || run.messages > 1 ? attempt : run;
}
