import { z } from "zod";
import { percentilesOf } from "../core/percentiles.ts";
import { stageNames } from "../shared/pipeline/stages.ts";
import { formatForcing } from "./forcing.ts";
import { legsOf, totalMs } from "./journey.ts";
import type { Ledger, OrderRecord } from "./ledger.ts";
import type { BurstPlan } from "./order-plan.ts";

const count = z.number().int().min(0);
const ms = z.number().min(0);
const percentiles = z.object({ p50: ms, p95: ms, p99: ms, max: ms });
/** `runMs` is absent while the order still waits for the stage. */
const stageParts = z.object({ waitMs: ms, runMs: ms.optional() });
const orderStates = ["unsent", "failed", "unknown", "dropped", "dead", "analysed"] as const;

const burstOrder = z.object({
  /** From 1. */
  number: z.number().int().min(1),
  item: z.string(),
  seed: z.number(),
  state: z.enum(orderStates),
  /** Absent when the API did not accept the order. */
  orderId: z.string().optional(),
  /** Also absent when the API runs without tracing. */
  traceId: z.string().optional(),
  /** Why it failed, or why its outcome is unknown. */
  reason: z.string().optional(),
  /** From the intended time to the answer. */
  acceptMs: ms.optional(),
  /** From the intended time to the end of the last stage, or to now for an unfinished order. */
  journeyMs: ms.optional(),
});
type BurstOrder = z.infer<typeof burstOrder>;

const slowOrder = burstOrder.extend({ stages: z.partialRecord(z.enum(stageNames), stageParts) });
export type SlowOrder = z.infer<typeof slowOrder>;

/** The result of a burst, as printed by `--json` and saved in `bursts/last.json` of the state folder. */
export const burstSummary = z.object({
  version: z.literal(1),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime(),
  apiUrl: z.string(),
  count,
  /** Orders per second; null: all at once. */
  ratePerSecond: z.number().nullable(),
  items: count,
  seed: z.number(),
  /** Forced operations in the syntax of `--force`. */
  forced: z.array(z.string()),
  /** Why the burst ended: every order ended, time ran out or progress stopped, or Ctrl-C. */
  ended: z.enum(["complete", "overdue", "interrupted"]),
  /** accepted = analysed + dead + dropped; count = accepted + failed + unknown + unsent. */
  counts: z.object({
    accepted: count,
    analysed: count,
    /** Not accepted by the API. */
    failed: count,
    /** Sent without an answer: Kafka may have them. */
    unknown: count.default(0),
    dead: count,
    /** Accepted, but not finished when the burst ended. */
    dropped: count,
    unsent: count,
  }),
  /** Reasons of failed and unknown orders. */
  failures: z.array(z.object({ reason: z.string(), count })),
  /** Of the accepted orders; null without any. */
  acceptMs: percentiles.nullable(),
  /** Of the analysed orders; null without any. */
  journeyMs: percentiles.nullable(),
  /** How late orders were sent because this computer or the limit on connections delayed them. Part of acceptMs. */
  maxSentLateMs: ms,
  slowest: z.array(slowOrder),
  orders: z.array(burstOrder),
});
export type BurstSummary = z.infer<typeof burstSummary>;

const slowestShown = 5;

/** Summarises a burst. `nowMs` counts from its start at `startedAt`. */
export function summarise(burst: {
  readonly ledger: Ledger;
  readonly plan: BurstPlan;
  readonly apiUrl: string;
  readonly startedAt: Date;
  readonly nowMs: number;
  readonly ended: BurstSummary["ended"];
}): BurstSummary {
  const { ledger, plan, startedAt, nowMs } = burst;
  const records = ledger.records();
  const states = ledger.counts();
  const taken = records.filter((record) => record.orderId !== undefined);
  const orders = records.map((record) => orderOf(record, nowMs));
  return {
    version: 1,
    startedAt: startedAt.toISOString(),
    endedAt: new Date(startedAt.getTime() + nowMs).toISOString(),
    apiUrl: burst.apiUrl,
    count: plan.count,
    ratePerSecond: plan.ratePerSecond ?? null,
    items: plan.items,
    seed: plan.seed,
    forced: plan.forcings.map(formatForcing),
    ended: burst.ended,
    counts: {
      accepted: taken.length,
      analysed: states.analysed,
      failed: states.failed,
      unknown: states.unknown + states.sent,
      dead: states.dead,
      dropped: states.accepted,
      unsent: states.unsent,
    },
    failures: failuresOf(orders),
    acceptMs: timesOf(
      taken.map(({ plan: { intendedMs }, answeredMs = 0 }) => Math.max(0, answeredMs - intendedMs)),
    ),
    journeyMs: timesOf(
      orders.filter(({ state }) => state === "analysed").map(({ journeyMs = 0 }) => journeyMs),
    ),
    maxSentLateMs: rounded(
      records.reduce((max, { plan: { intendedMs }, sentMs = 0 }) => Math.max(max, sentMs - intendedMs), 0),
    ),
    slowest: slowestOf(records, nowMs),
    orders,
  };
}

/** 0 when every order of the burst was analysed, 130 after Ctrl-C, else 1. */
export function exitStatus({ ended, count, counts }: BurstSummary): number {
  if (ended === "interrupted") return 130;
  return counts.analysed === count ? 0 : 1;
}

function orderOf(record: OrderRecord, nowMs: number): BurstOrder {
  const { plan, orderId, traceId, answeredMs } = record;
  const common = { number: plan.number, item: plan.item, seed: plan.seed };
  switch (record.state) {
    case "unsent":
      return { ...common, state: "unsent" };
    case "sent":
      return { ...common, state: "unknown", reason: "no answer by the end" };
    case "failed":
    case "unknown":
      return {
        ...common,
        state: record.state,
        ...(record.reason !== undefined && { reason: record.reason }),
      };
    default:
      return {
        ...common,
        state: record.state === "accepted" ? "dropped" : record.state,
        ...(orderId !== undefined && { orderId }),
        ...(traceId !== undefined && { traceId }),
        ...(answeredMs !== undefined && { acceptMs: rounded(Math.max(0, answeredMs - plan.intendedMs)) }),
        journeyMs: rounded(totalMs(legsOf(record, nowMs))),
      };
  }
}

function timesOf(durationsMs: readonly number[]): BurstSummary["acceptMs"] {
  return percentilesOf(durationsMs.map(rounded)) ?? null;
}

/** To the µs. */
function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

function failuresOf(orders: readonly BurstOrder[]): BurstSummary["failures"] {
  const failed = orders.filter(({ state }) => state === "failed" || state === "unknown");
  const groups = Map.groupBy(failed, ({ reason = "no reason given" }) => reason);
  return [...groups]
    .map(([reason, { length }]) => ({ reason, count: length }))
    .sort((a, b) => b.count - a.count);
}

function slowestOf(records: readonly OrderRecord[], nowMs: number): SlowOrder[] {
  return records
    .filter(({ state }) => state === "analysed" || state === "accepted")
    .map((record) => ({ record, legs: legsOf(record, nowMs) }))
    .sort((a, b) => totalMs(b.legs) - totalMs(a.legs))
    .slice(0, slowestShown)
    .map(({ record, legs }) => {
      const stages = stageNames
        .filter((stage) => legs.some((leg) => leg.stage === stage))
        .map((stage) => {
          const isRunning = legs.some((leg) => leg.stage === stage && leg.kind === "run");
          const waitMs = rounded(totalMs(legs, "wait", stage));
          return [stage, { waitMs, ...(isRunning && { runMs: rounded(totalMs(legs, "run", stage)) }) }];
        });
      return { ...orderOf(record, nowMs), stages: Object.fromEntries(stages) };
    });
}
