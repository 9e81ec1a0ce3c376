import { capital, stageName } from "../../../core/format.ts";
import type { Explanation, OrderFinding } from "../../../explain/explanation.ts";
import type { OrderRow } from "../../api.ts";
import { mainCause } from "./bars.ts";
import type { KeptTrace } from "./span-store.ts";

const nsPerMs = 1e6;
/** Causes of shorter waits are not listed. */
const minWaitNs = 5e6;

type StageState = OrderRow["stages"][string];

export type RowContext = {
  /** The stage that reads a topic; undefined when none does. */
  readonly stageOf: (topic: string) => string | undefined;
  /** The stages that handle an order now, as the services report. */
  readonly runningStages: (orderId: string | undefined) => readonly string[];
  readonly traceOf: (traceId: string) => KeptTrace | undefined;
  readonly nameOf: (order: string) => string;
};

/** The row of an order that at least one stage has handled. */
function rowOf(order: OrderFinding, originMs: number, context: RowContext): OrderRow {
  const { id, name, orderId, traceId, sentence, deliveries, totalNs, workNs, waitNs } = order;
  const trace = context.traceOf(traceId);
  const ended = Object.fromEntries(
    deliveries.map(({ stage, failed }): [string, StageState] => [stage, failed ? "dead" : "done"]),
  );
  const blockers = deliveries.flatMap(({ wait }) => wait?.blockers ?? []).sort((a, b) => b.ns - a.ns);
  const [worst] = blockers;
  const waited = deliveries.filter(({ wait }) => (wait?.ns ?? 0) >= minWaitNs);
  return {
    id,
    name,
    orderId,
    traceId,
    sentence,
    item: trace?.item ?? itemFromKey(order),
    startedAtMs: originMs + order.fromAtNs / nsPerMs,
    totalMs: totalNs / nsPerMs,
    workMs: workNs / nsPerMs,
    waitMs: waitNs / nsPerMs,
    stages: { ...(trace && unfinishedStages(trace, orderId, context)), ...ended },
    causes: unique(waited.map(mainCause)),
    intensities: unique(deliveries.map(({ work }) => work?.intensity)),
    worstBlocker: worst && {
      order: worst.orderId ?? worst.traceId,
      orderName: worst.order,
      ms: worst.ns / nsPerMs,
    },
  };
}

/** The row of an order that no stage has handled yet; undefined for a trace without an order. */
function waitingRow(trace: KeptTrace, context: RowContext): OrderRow | undefined {
  const { traceId, orderId, item, startMs } = trace;
  const stages = unfinishedStages(trace, orderId, context);
  const [[stage, state] = []] = Object.entries(stages);
  if (stage === undefined) return undefined;
  const id = orderId ?? traceId;
  const name = context.nameOf(id);
  const short = stageName(stage);
  return {
    id,
    name,
    orderId,
    traceId,
    sentence:
      state === "running"
        ? `${capital(name)} is being handled in ${short}.`
        : `${capital(name)} waits in ${short}.`,
    item,
    startedAtMs: startMs,
    totalMs: 0,
    workMs: 0,
    waitMs: 0,
    stages,
    causes: [],
    intensities: [],
    worstBlocker: undefined,
  };
}

/** The row of an order after the stages that handle it have changed. */
export function withStages(row: OrderRow, context: RowContext): OrderRow {
  const trace = context.traceOf(row.traceId);
  if (!trace) return row;
  const ended = Object.entries(row.stages).filter(([, state]) => state === "done" || state === "dead");
  if (ended.length === 0) return waitingRow(trace, context) ?? row;
  return {
    ...row,
    stages: { ...unfinishedStages(trace, row.orderId, context), ...Object.fromEntries(ended) },
  };
}

/** Stages where an order waits or is being handled. */
function unfinishedStages(
  trace: KeptTrace,
  orderId: string | undefined,
  { stageOf, runningStages }: RowContext,
): Record<string, StageState> {
  const running = runningStages(orderId);
  const waiting = [...trace.sent.keys()]
    .filter((topic) => !trace.handled.has(topic))
    .flatMap((topic) => stageOf(topic) ?? []);
  return {
    ...Object.fromEntries(waiting.map((stage): [string, StageState] => [stage, "waiting"])),
    ...Object.fromEntries(running.map((stage): [string, StageState] => [stage, "running"])),
  };
}

/** The message key is the item, or the order id (HOLDUP_ORDER_KEY). */
export function itemFromKey({ orderId, deliveries }: OrderFinding): string | undefined {
  const key = deliveries[0]?.key;
  return key === orderId ? undefined : key;
}

/** Rows of all orders: those in an explanation, and those that no stage has handled yet. */
export function rowsOf(
  explanation: Explanation,
  traces: Iterable<KeptTrace>,
  context: RowContext,
): OrderRow[] {
  const originMs = Date.parse(explanation.origin);
  const explained = new Set(explanation.orders.flatMap(({ id, traceId }) => [id, traceId]));
  const waiting = [...traces]
    .filter(({ traceId, orderId }) => !explained.has(traceId) && !explained.has(orderId ?? traceId))
    .sort((a, b) => a.startMs - b.startMs)
    .flatMap((trace) => waitingRow(trace, context) ?? []);
  return [...explanation.orders.map((order) => rowOf(order, originMs, context)), ...waiting];
}

function unique(names: readonly (string | undefined)[]): string[] {
  return [...new Set(names.filter((name) => name !== undefined))];
}
