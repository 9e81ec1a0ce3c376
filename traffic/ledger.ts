import { type StageName, stageNames } from "../shared/pipeline/stages.ts";
import type { PlannedOrder } from "./order-plan.ts";

/**
 * - `unsent`: the burst ended before its time came
 * - `sent`: no answer yet
 * - `failed`: refused, or no connection could be opened
 * - `unknown`: the connection broke before the answer; Kafka may have it
 * - `accepted`: on its way through the stages
 * - `analysed`: all stages done
 * - `dead`: in a dead-letter topic
 */
export type OrderState = "unsent" | "sent" | "failed" | "unknown" | "accepted" | "analysed" | "dead";

/** Times of a stage, in ms from the start of the burst. */
type StageTimes = { readonly startedMs: number; readonly endedMs?: number };

export type OrderRecord = {
  readonly plan: PlannedOrder;
  readonly state: OrderState;
  readonly sentMs?: number;
  readonly answeredMs?: number;
  readonly orderId?: string;
  readonly traceId?: string;
  /** Why it failed, or why its outcome is unknown. */
  readonly reason?: string;
  readonly stages: Partial<Record<StageName, StageTimes>>;
};

export type OrderAnswer =
  | { readonly accepted: true; readonly orderId: string; readonly traceId?: string }
  /** `isKnown`: it was certainly not accepted. */
  | { readonly accepted: false; readonly isKnown: boolean; readonly reason: string };

/** The part of GET /order/:id that a burst needs; times in ms from the start of the burst. */
export type OrderView = { readonly status: string; readonly stages: OrderRecord["stages"] };

export type Ledger = ReturnType<typeof createLedger>;

/** Records what is known about each order of a burst. `nowMs` counts from the start of the burst. */
export function createLedger(plans: readonly PlannedOrder[], nowMs: () => number) {
  const records: OrderRecord[] = plans.map((plan) => ({ plan, state: "unsent", stages: {} }));
  const counts: Record<OrderState, number> = {
    unsent: plans.length,
    sent: 0,
    failed: 0,
    unknown: 0,
    accepted: 0,
    analysed: 0,
    dead: 0,
  };
  let lastProgressMs = nowMs();

  function update(number: number, change: Partial<OrderRecord>): void {
    const record = records[number - 1];
    if (!record) throw new RangeError(`no order ${number} in a burst of ${records.length}`);
    const changed = { ...record, ...change };
    records[number - 1] = changed;
    counts[record.state] -= 1;
    counts[changed.state] += 1;
    lastProgressMs = nowMs();
  }

  return {
    records: (): readonly OrderRecord[] => records,
    counts: (): Readonly<Record<OrderState, number>> => counts,
    lastProgressMs: () => lastProgressMs,
    /** Orders that were accepted and have not ended, in the order of sending. */
    underWay: () => records.filter((record) => record.state === "accepted"),
    sent: (number: number) => update(number, { state: "sent", sentMs: nowMs() }),
    answered(number: number, answer: OrderAnswer): void {
      const answeredMs = nowMs();
      if (answer.accepted) {
        const { accepted: _, ...ids } = answer;
        update(number, { state: "accepted", answeredMs, ...ids });
      } else {
        update(number, { state: answer.isKnown ? "failed" : "unknown", answeredMs, reason: answer.reason });
      }
    },
    /** Records the API's answer about an order; true when it changes something. */
    seen(number: number, view: OrderView): boolean {
      const known = records[number - 1];
      if (known?.state !== "accepted") return false;
      const state = stateOf(view);
      if (state === "accepted" && stepsIn(view.stages) === stepsIn(known.stages)) return false;
      update(number, { state, stages: view.stages });
      return true;
    },
  };
}

function stateOf(view: OrderView): "accepted" | "analysed" | "dead" {
  if (view.status === "dead") return "dead";
  return stageNames.every((stage) => view.stages[stage]?.endedMs !== undefined) ? "analysed" : "accepted";
}

function stepsIn(stages: OrderRecord["stages"]): number {
  return stageNames.reduce((steps, name) => {
    const stage = stages[name];
    return steps + (stage ? 1 : 0) + (stage?.endedMs === undefined ? 0 : 1);
  }, 0);
}
