import { marginMs } from "../../explain/cli/run-explain.ts";
import type { ExplainOptions } from "../../explain/explain.ts";
import type { Explanation } from "../../explain/explanation.ts";
import type { TimeWindow } from "../../explain/read/read-jaeger.ts";
import { stages } from "../../shared/pipeline/stages.ts";
import type { BurstSummary } from "../../traffic/summary.ts";

/** Time in which a burst's orders were handled, with a margin. */
export function burstWindow({ startedAt, endedAt }: BurstSummary): TimeWindow {
  return {
    startMs: Date.parse(startedAt) - marginMs,
    endMs: Date.parse(endedAt) + marginMs,
  };
}

/** Limits an explanation to a burst's orders, named by their numbers in the burst. */
export function burstScope({ orders }: BurstSummary): Required<Pick<ExplainOptions, "only" | "names">> {
  const names = new Map(
    orders.flatMap(({ number, orderId, traceId }) =>
      [orderId, traceId].flatMap((id): [string, string][] =>
        id === undefined ? [] : [[id, `order ${number}`]],
      ),
    ),
  );
  return { names, only: ({ id, traceId }) => names.has(id) || names.has(traceId) };
}

/** Numbers of the analysed orders whose trace lacks a delivery. */
export function incompleteOrders({ orders }: BurstSummary, explanation: Explanation): number[] {
  const topicsOf = new Map(
    explanation.orders.map(({ orderId, deliveries }) => [
      orderId,
      new Set(deliveries.map(({ topic }) => topic)),
    ]),
  );
  return orders
    .filter(
      ({ state, orderId, traceId }) =>
        state === "analysed" &&
        traceId !== undefined &&
        !stages.every(({ topic }) => topicsOf.get(orderId)?.has(topic)),
    )
    .map(({ number }) => number);
}
