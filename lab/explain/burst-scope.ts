import type { ExplainOptions } from "../../explain/explain.ts";
import type { Explanation } from "../../explain/explanation.ts";
import type { TimeWindow } from "../../explain/read/read-jaeger.ts";
import { stages } from "../../shared/pipeline/stages.ts";
import type { BurstSummary } from "../../traffic/summary.ts";

/** Read around what is explained: what held it up may have begun earlier, and its last spans may end later. */
export const surroundingsMs = 5 * 60_000;

/** When a burst's orders were handled, with what was handled around them. */
export function burstWindow({ startedAt, endedAt }: BurstSummary): TimeWindow {
  return {
    startMs: Date.parse(startedAt) - surroundingsMs,
    endMs: Date.parse(endedAt) + surroundingsMs,
  };
}

/** Tells of a burst's orders only, by their numbers in the burst. */
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

/** Numbers of the analysed orders that have a trace of which a delivery is missing. */
export function lackingOrders({ orders }: BurstSummary, explanation: Explanation): number[] {
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
