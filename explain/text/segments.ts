import { escapeControls } from "../../core/escape.ts";
import { counted, duration, stageName } from "../../core/format.ts";
import type { DeliveryFinding, OrderFinding, SegmentFinding } from "../explanation.ts";
import { maxOf } from "../extremes.ts";
import { alignCells, columnsOf, leftLines, longest, type Paint, table, wrap, wrapItem } from "./layout.ts";
import { cpuOf, memoryOf, placeOf, workOf } from "./names.ts";

const indent = "  ";
/** Above these numbers, only the longest deliveries of an order and the longest segments of a wait are listed. */
const maxDeliveries = 12;
const maxSegments = 40;
const maxEvidence = 3;

/** One order in full: each wait segment by segment, with the spans that caused it. */
export function segmentLines(order: OrderFinding, width: number, paint: Paint): string[] {
  const { shown, left } = longest(order.deliveries, maxDeliveries, timeOf);
  return [
    ...shown.flatMap((delivery) => [
      ...wrap(titleOf(delivery), width).map((line) => paint("bold", line)),
      ...whenLines(order, delivery, width, paint),
      ...workLines(delivery, width, paint),
    ]),
    ...leftLines(left, "delivery", "deliveries", timeOf, width, ""),
  ];
}

function timeOf({ wait, run }: DeliveryFinding): number {
  return (wait?.ns ?? 0) + run.ns;
}

function titleOf(delivery: DeliveryFinding): string {
  const { stage, wait, run, consumer, failed, attempts } = delivery;
  const waited = wait ? `waited ${duration(wait.ns)}` : "waited for an unknown time";
  const ran = `ran ${duration(run.ns)}${failed ? " and failed" : ""}`;
  const details = [
    placeOf(delivery),
    `consumer ${consumer}`,
    // An earlier attempt need not have failed: a message is also redelivered after a rebalance.
    attempts > 1 ? `${attempts} attempts` : "",
  ];
  return escapeControls(
    `${stageName(stage)} ${waited}, ${ran} (${details.filter((detail) => detail !== "").join(", ")})`,
  );
}

function whenLines(
  { fromAtNs }: OrderFinding,
  delivery: DeliveryFinding,
  width: number,
  paint: Paint,
): string[] {
  const { wait } = delivery;
  if (!wait) return [];
  if (!wait.segments) return wrap("There are too many segments to list.", width, "  ");
  const { shown, left } = longest(wait.segments, maxSegments, lengthOf);
  const times = alignCells([
    ["at", "for"],
    ...shown.map((segment) => [duration(segment.fromAtNs - fromAtNs), duration(lengthOf(segment))]),
  ]);
  const under = " ".repeat(maxOf(times.map(columnsOf)) + 4);
  const [head = "", ...rows] = times;
  return [
    paint("gray", `  ${head}  because of`),
    ...shown.flatMap((segment, n) => {
      const [first = "", ...rest] = wrap(causeText(segment, delivery), width, under);
      return [`  ${rows[n]}  ${first.slice(under.length)}`, ...rest, ...evidenceLines(segment, width)];
    }),
    ...leftLines(left, "segment", "segments", lengthOf, width, indent),
  ];
}

function lengthOf({ fromAtNs, toAtNs }: SegmentFinding): number {
  return toAtNs - fromAtNs;
}

function evidenceLines({ evidence }: SegmentFinding, width: number): string[] {
  const more = evidence.length - maxEvidence;
  return [
    ...evidence
      .slice(0, maxEvidence)
      .flatMap(({ traceId, spanId }) => wrapItem(`trace ${traceId} span ${spanId}`, width - 4)),
    ...(more > 0 ? [`and ${counted(more, "more span")}`] : []),
  ].map((line) => `    ${line}`);
}

/** The work of a run, longest first. */
function workLines({ run }: DeliveryFinding, width: number, paint: Paint): string[] {
  if (run.work.length === 0) return [];
  const done = run.work.map((work) => ({ work }));
  const [head = "", ...rows] = table(
    [
      { head: "what it ran", cells: done.map(workOf), isLeft: true },
      { head: "for", cells: run.work.map(({ ns }) => duration(ns)) },
      { head: "CPU", cells: done.map(cpuOf), dropped: 1 },
      { head: "memory", cells: done.map(memoryOf), dropped: 2 },
    ],
    width - indent.length,
  );
  return [paint("gray", indent + head), ...rows.map((row) => indent + row)];
}

function causeText({ cause, proven, evidence }: SegmentFinding, { wait }: DeliveryFinding): string {
  const named = evidence.flatMap(({ spanId, traceId }) => {
    const blocker = wait?.blockers.find((one) => one.spanId === spanId && one.traceId === traceId);
    if (!blocker) return [];
    const work = workOf(blocker);
    return [`${blocker.order}${work ? `, ${work}` : ""}`];
  });
  const who = named.length > 0 ? `: ${named.slice(0, maxEvidence).join("; ")}` : "";
  return escapeControls(`${cause}${proven ? "" : ", likely"}${who}`);
}
