import type { DeliveryFinding, OrderFinding, SegmentFinding } from "../explanation.ts";
import { maxOf } from "../extremes.ts";
import { duration, stageName } from "../verdicts/words.ts";
import { harmless } from "./harmless.ts";
import { alignCells, columnsOf, table, wrap, wrapItem } from "./layout.ts";
import { cpuOf, memoryOf, placeOf, workOf } from "./names.ts";
import type { Paint } from "./paint.ts";

const indent = "  ";

/** One order in full: each wait segment by segment, with the spans that prove it. */
export function segmentLines(order: OrderFinding, width: number, paint: Paint): string[] {
  return order.deliveries.flatMap((delivery) => [
    ...wrap(titleOf(delivery), width).map((line) => paint("bold", line)),
    ...whenLines(order, delivery, width, paint),
    ...workLines(delivery, width, paint),
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

function whenLines(
  { fromAtNs }: OrderFinding,
  delivery: DeliveryFinding,
  width: number,
  paint: Paint,
): string[] {
  const { wait } = delivery;
  if (!wait) return [];
  if (!wait.segments) return wrap("Its segments are not listed: there are too many.", width, "  ");
  const times = alignCells([
    ["at", "for"],
    ...wait.segments.map((segment) => [
      duration(segment.fromAtNs - fromAtNs),
      duration(segment.toAtNs - segment.fromAtNs),
    ]),
  ]);
  const under = " ".repeat(maxOf(times.map(columnsOf)) + 4);
  const [head = "", ...rows] = times;
  return [
    paint("gray", `  ${head}  because of`),
    ...wait.segments.flatMap((segment, n) => {
      const [first = "", ...rest] = wrap(causeText(segment, delivery), width, under);
      return [
        `  ${rows[n]}  ${first.slice(under.length)}`,
        ...rest,
        ...segment.evidence.flatMap(({ traceId, spanId }) =>
          wrapItem(`trace ${traceId} span ${spanId}`, width - 4).map((line) => `    ${line}`),
        ),
      ];
    }),
  ];
}

/** What it did once it was handled. */
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
  const who = named.length > 0 ? `: ${named.join("; ")}` : "";
  return harmless(`${cause}${proven ? "" : ", likely"}${who}`);
}
