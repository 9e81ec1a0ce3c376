import type { Delivery, SpanRun } from "../deliveries/delivery.ts";
import type { Cost } from "../waits/blame/run-costs.ts";
import type { createLanes } from "../waits/lanes.ts";
import { firstTurnOf } from "./retried-wait.ts";

export type Lanes = ReturnType<typeof createLanes<SpanRun>>;

/** What each run cost others; runs without cost are left out. */
export type Costs = ReadonlyMap<SpanRun, Cost>;

/** What each run cost the given deliveries only. */
export function costsTo(waiting: readonly Delivery[], lanes: Lanes): Costs {
  return lanes.costs(
    waiting.flatMap((delivery) => {
      const { run, availableNs } = delivery;
      const isKnown = availableNs !== undefined && run.goesOnNs === undefined;
      return isKnown ? [{ run: firstTurnOf(delivery), fromNs: availableNs }] : [];
    }),
  );
}

/** A run that others waited for, and the delivery that names it: for a batch, its first one. */
export type Blocker = { readonly run: SpanRun; readonly delivery: Delivery; readonly cost: Cost };

/** The blockers, the costliest first. Earlier attempts of a message are charged to the run that did the work. */
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

/** A batch is charged as a whole, and so is an attempt whose message was later handled in a batch. */
function chargedFor(attempt: SpanRun, { run }: Delivery): SpanRun {
  return attempt.messages > 1 || run.messages > 1 ? attempt : run;
}
