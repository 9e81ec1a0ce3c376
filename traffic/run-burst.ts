import { HoldupError } from "../core/errors.ts";
import { stageNames } from "../shared/pipeline/stages.ts";
import { type Clock, systemClock } from "./clock.ts";
import { followOrders } from "./follow-orders.ts";
import { createLedger, type Ledger, type OrderRecord, type OrderView } from "./ledger.ts";
import { type ApiOrder, createOrderApi } from "./order-api.ts";
import { type BurstPlan, planOrders } from "./order-plan.ts";
import { sendOrders } from "./send-orders.ts";
import { type BurstSummary, summarise } from "./summary.ts";

export type Burst = {
  readonly plan: BurstPlan;
  readonly apiUrl: string;
  /** Seed of an order, from the burst's seed and the order's index from 0. */
  readonly orderSeed: (burstSeed: number, index: number) => number;
  /** How long to follow the orders after the last was due, ms; undefined: as long as there is progress. */
  readonly timeoutMs?: number | undefined;
  /** Ends the burst early. */
  readonly signal: AbortSignal;
  /** Called once, when sending starts. */
  readonly onStart?: (ledger: Ledger, nowMs: () => number) => void;
  readonly clock?: Clock;
  /** Longest time without progress, ms. */
  readonly patienceMs?: number;
  readonly maxInFlight?: number;
};

export type BurstOutcome = {
  readonly summary: BurstSummary;
  readonly records: readonly OrderRecord[];
  /** When it ended, in ms from its start. */
  readonly endMs: number;
};

/** Maximum number of orders that wait for the API's answer at a time, each on its own connection. */
export const maxConnections = 256;
/** Seconds without progress after which a burst stops following its orders. */
export const patienceS = 120;

/**
 * Sends the orders of a plan and follows them to their end.
 *
 * @throws HoldupError HOLDUP_LAB_NOT_RUNNING when no order API listens at the address
 */
export async function runBurst(burst: Burst): Promise<BurstOutcome> {
  const { plan, apiUrl, timeoutMs, clock = systemClock, patienceMs = patienceS * 1000 } = burst;
  const { maxInFlight = maxConnections } = burst;
  const api = createOrderApi({ url: apiUrl, maxSockets: maxInFlight });
  try {
    const found = await api.identify(burst.signal);
    if (found !== "order API") {
      throw new HoldupError(
        "HOLDUP_LAB_NOT_RUNNING",
        found === "nothing"
          ? `Nothing listens at ${apiUrl}: the lab is not running. Start it with ./holdup start.`
          : `The server at ${apiUrl} is not Holdup's order API. Start the lab on other ports with ./holdup start --port-offset 100.`,
      );
    }
    const orders = planOrders(plan, burst.orderSeed);
    const startedAt = new Date();
    const startMs = clock.nowMs();
    const nowMs = () => clock.nowMs() - startMs;
    const ledger = createLedger(orders, nowMs);
    burst.onStart?.(ledger, nowMs);

    const overdue = new AbortController();
    const signal = AbortSignal.any([burst.signal, overdue.signal]);
    const dueMs = orders.at(-1)?.intendedMs ?? 0;
    let isSent = false;
    const sending = sendOrders(orders, {
      clock,
      startMs,
      maxInFlight,
      signal,
      send: async (order) => {
        ledger.sent(order.number);
        ledger.answered(order.number, await api.post(order, signal));
      },
    }).then(() => {
      isSent = true;
    });
    await followOrders({
      ledger,
      clock,
      look: async (orderId) => {
        const found = await api.look(orderId, signal);
        return found && viewOf(found, startedAt.getTime());
      },
      isSent: () => isSent,
      isOverdue: () =>
        timeoutMs === undefined
          ? nowMs() - ledger.lastProgressMs() > patienceMs
          : nowMs() - dueMs > timeoutMs,
      signal,
    });
    const isComplete = isSent && ledger.underWay().length === 0;
    const ended = burst.signal.aborted ? "interrupted" : isComplete ? "complete" : "overdue";
    overdue.abort();
    await sending;
    const endMs = nowMs();
    const summary = summarise({ ledger, plan, apiUrl, startedAt, nowMs: endMs, ended });
    return { summary, records: ledger.records(), endMs };
  } finally {
    api.close();
  }
}

function viewOf({ status, stages }: ApiOrder, startedAtMs: number): OrderView {
  const since = (time: string) => Date.parse(time) - startedAtMs;
  const seen = stageNames.flatMap((name) => {
    const stage = stages[name];
    if (!stage) return [];
    const { startedAt, endedAt } = stage;
    return [[name, { startedMs: since(startedAt), ...(endedAt && { endedMs: since(endedAt) }) }]];
  });
  return { status, stages: Object.fromEntries(seen) };
}
