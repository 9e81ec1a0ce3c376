import type { DeliveryFinding, OrderFinding, SegmentFinding } from "../explanation.ts";
import { duration, stageName } from "../verdicts/words.ts";
import { harmless } from "./harmless.ts";
import { wrap } from "./layout.ts";
import { placeOf, workOf } from "./names.ts";
import type { Paint } from "./paint.ts";

/** One order in full: each wait segment by segment, with the spans that prove it. */
export function segmentLines(order: OrderFinding, width: number, paint: Paint): string[] {
  return order.deliveries.flatMap((delivery) => [
    ...wrap(titleOf(delivery), width).map((line) => paint("bold", line)),
    ...whenLines(order, delivery, width),
  ]);
}

function titleOf(delivery: DeliveryFinding): string {
  const { stage, wait, run, consumer } = delivery;
  const waited = wait ? `waited ${duration(wait.ns)}` : "waited for an unknown time";
  const place = placeOf(delivery);
  return harmless(
    `${stageName(stage)} ${waited}, ran ${duration(run.ns)} (${place ? `${place}, ` : ""}consumer ${consumer})`,
  );
}

function whenLines({ fromAtNs }: OrderFinding, delivery: DeliveryFinding, width: number): string[] {
  const { wait } = delivery;
  if (!wait) return [];
  if (!wait.segments) return ["  Its segments are not listed: there are too many."];
  return wait.segments.flatMap((segment) => [
    ...wrap(segmentText(segment, delivery, fromAtNs), width, "  "),
    ...segment.evidence.flatMap(({ traceId, spanId }) =>
      wrap(`trace ${traceId} span ${spanId}`, width, "    "),
    ),
  ]);
}

function segmentText(
  { cause, fromAtNs, toAtNs, proven, evidence }: SegmentFinding,
  { wait }: DeliveryFinding,
  orderFromNs: number,
): string {
  const named = evidence.flatMap(({ spanId, traceId }) => {
    const blocker = wait?.blockers.find((one) => one.spanId === spanId && one.traceId === traceId);
    if (!blocker) return [];
    const work = workOf(blocker);
    return [`${blocker.order}${work ? `, ${work}` : ""}`];
  });
  const who = named.length > 0 ? `: ${named.join("; ")}` : "";
  const at = `${duration(fromAtNs - orderFromNs)} +${duration(toAtNs - fromAtNs)}`;
  return harmless(`${at} ${cause}${proven ? "" : ", likely"}${who}`);
}
