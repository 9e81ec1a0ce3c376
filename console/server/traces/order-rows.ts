import type { Explanation, OrderFinding } from "../../../explain/explanation.ts";
import type { OrderRow } from "../../api.ts";
import { mainCause } from "./bars.ts";
import type { KeptTrace } from "./span-store.ts";

const nsPerMs = 1e6;
/** A shorter wait is no cause worth a filter. */
const tellFromNs = 5e6;

export type StageState = OrderRow["stages"][string];

/** Which stage handles an order right now, as the services say. */
export type RunsOf = (orderId: string | undefined) => readonly string[];

export type RowContext = {
  /** Stage that reads a topic; undefined for a topic that nobody reads. */
  readonly stageOf: (topic: string) => string | undefined;
  readonly runningStages: RunsOf;
  readonly traceOf: (traceId: string) => KeptTrace | undefined;
  readonly nameOf: (order: string) => string;
};

/** The row of an order that has been handled at least once. */
export function rowOf(order: OrderFinding, originMs: number, context: RowContext): OrderRow {
  const { id, name, orderId, traceId, sentence, deliveries, totalNs, workNs, waitNs } = order;
  const trace = context.traceOf(traceId);
  const ended = Object.fromEntries(
    deliveries.map(({ stage, failed }): [string, StageState] => [stage, failed ? "dead" : "done"]),
  );
  const blockers = deliveries.flatMap(({ wait }) => wait?.blockers ?? []).sort((a, b) => b.ns - a.ns);
  const [worst] = blockers;
  const waited = deliveries.filter(({ wait }) => (wait?.ns ?? 0) >= tellFromNs);
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
    stages: { ...(trace && underWay(trace, orderId, context)), ...ended },
    causes: unique(waited.map(mainCause)),
    intensities: unique(deliveries.map(({ work }) => work?.intensity)),
    worstBlocker: worst && {
      order: worst.orderId ?? worst.traceId,
      orderName: worst.order,
      ms: worst.ns / nsPerMs,
    },
  };
}

/** The row of an order that was sent and has not been handled yet; undefined for a trace that is no order. */
export function waitingRow(trace: KeptTrace, context: RowContext): OrderRow | undefined {
  const { traceId, orderId, item, startMs } = trace;
  const stages = underWay(trace, orderId, context);
  const [[stage, state] = []] = Object.entries(stages);
  if (stage === undefined) return undefined;
  const id = orderId ?? traceId;
  const name = context.nameOf(id);
  const short = stage.replace(/-service$/, "");
  const capital = name.charAt(0).toUpperCase() + name.slice(1);
  return {
    id,
    name,
    orderId,
    traceId,
    sentence:
      state === "running" ? `${capital} is being handled in ${short}.` : `${capital} waits in ${short}.`,
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

/** A row, when the stages that handle its order right now are others than before. */
export function withStages(row: OrderRow, context: RowContext): OrderRow {
  const trace = context.traceOf(row.traceId);
  if (!trace) return row;
  const ended = Object.entries(row.stages).filter(([, state]) => state === "done" || state === "dead");
  if (ended.length === 0) return waitingRow(trace, context) ?? row;
  return {
    ...row,
    stages: { ...underWay(trace, row.orderId, context), ...Object.fromEntries(ended) },
  };
}

/** Stages that an order was sent to and that have not ended with it. */
function underWay(
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

/** Keys are items by default (HOLDUP_ORDER_KEY); the other choice is the order's id. */
export function itemFromKey({ orderId, deliveries }: OrderFinding): string | undefined {
  const key = deliveries[0]?.key;
  return key === orderId ? undefined : key;
}

/** Rows of all orders: those that an explanation tells of, and those that still wait to be handled. */
export function rowsOf(
  explanation: Explanation,
  traces: Iterable<KeptTrace>,
  context: RowContext,
): OrderRow[] {
  const originMs = Date.parse(explanation.origin);
  const told = new Set(explanation.orders.flatMap(({ id, traceId }) => [id, traceId]));
  const waiting = [...traces]
    .filter(({ traceId, orderId }) => !told.has(traceId) && !told.has(orderId ?? traceId))
    .sort((a, b) => a.startMs - b.startMs)
    .flatMap((trace) => waitingRow(trace, context) ?? []);
  return [...explanation.orders.map((order) => rowOf(order, originMs, context)), ...waiting];
}

function unique(names: readonly (string | undefined)[]): string[] {
  return [...new Set(names.filter((name) => name !== undefined))];
}
