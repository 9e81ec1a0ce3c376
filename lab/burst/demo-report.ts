import { escapeControls } from "../../core/escape.ts";
import { durationOfMs } from "../../core/format.ts";
import type { Explanation, OrderFinding } from "../../explain/explanation.ts";
import { table } from "../../explain/text/layout.ts";
import { legsOf, totalMs } from "../../traffic/journey.ts";
import type { OrderRecord, OrderState } from "../../traffic/ledger.ts";
import { severeOrder } from "./demo-plan.ts";

type DemoLinks = {
  readonly apiUrl: string;
  readonly jaegerUrl: string;
  readonly consoleUrl?: string | undefined;
};

const endings: Partial<Record<OrderState, string>> = {
  failed: "refused",
  unknown: "unknown",
  dead: "dead",
  accepted: "not ended",
  sent: "no answer",
  unsent: "not sent",
};

/** Times of each order of the demo and the order that held it up most, as a table of at most `columns`. */
export function demoTable(
  orders: readonly OrderRecord[],
  endMs: number,
  explanation: Explanation | undefined,
  columns: number,
): string[] {
  const journeys = orders.map((order) => legsOf(order, endMs));
  const findings = orders.map(({ orderId }) => findingOf(explanation, orderId));
  return table(
    [
      { head: "#", cells: orders.map(({ plan }) => String(plan.number)) },
      { head: "item", cells: orders.map(({ plan }) => plan.item), isLeft: true, dropped: 2 },
      { head: "part.", cells: findings.map(partitionOf), dropped: 3 },
      { head: "accept", cells: journeys.map((legs) => durationOfMs(totalMs(legs, "accept"))), dropped: 4 },
      { head: "waited", cells: journeys.map((legs) => durationOfMs(totalMs(legs, "wait"))) },
      {
        head: "total",
        cells: orders.map(
          ({ state }, n) => endings[state] ?? durationOfMs(totalMs(journeys[n] ?? [], undefined)),
        ),
      },
      { head: "held up most by", cells: findings.map(worstBlocker), isLeft: true, dropped: 1 },
    ],
    columns,
  );
}

function findingOf(explanation: Explanation | undefined, orderId: string | undefined) {
  return orderId === undefined ? undefined : explanation?.orders.find((order) => order.orderId === orderId);
}

/** Partition in the topic that processing consumes. */
function partitionOf(finding: OrderFinding | undefined): string {
  const partition = finding?.deliveries[0]?.partition;
  return partition === undefined ? "-" : String(partition);
}

function worstBlocker(finding: OrderFinding | undefined): string {
  const [worst] = (finding?.deliveries ?? [])
    .flatMap(({ wait }) => wait?.blockers ?? [])
    .sort((a, b) => b.ns - a.ns);
  if (!worst) return "";
  const work = worst.work?.operation ?? worst.work?.name;
  return escapeControls(
    `${worst.order}, ${durationOfMs(worst.ns / 1e6)}${work === undefined ? "" : ` (${work})`}`,
  );
}

/** What to look at next. Commands and addresses are never wrapped, so that they can be copied. */
export function nextLines(
  orders: readonly OrderRecord[],
  endMs: number,
  { apiUrl, jaegerUrl, consoleUrl }: DemoLinks,
): string[] {
  const severe = orders[severeOrder - 1];
  const [blocked] = orders
    .filter(({ orderId }) => orderId !== undefined)
    .toSorted((a, b) => waitedMs(b, endMs) - waitedMs(a, endMs));
  const traces = [
    ...(severe?.traceId ? [`Trace of order ${severeOrder}:`, `  ${jaegerUrl}/trace/${severe.traceId}`] : []),
    ...(blocked?.traceId && blocked !== severe
      ? [
          `Trace of order ${blocked.plan.number}, which waited longest:`,
          `  ${jaegerUrl}/trace/${blocked.traceId}`,
        ]
      : []),
  ];
  return [
    ...(consoleUrl === undefined ? [] : ["See the blocking in the console:", `  ${consoleUrl}`]),
    ...traces,
    "Next:",
    ...(blocked?.traceId ? [`  ./holdup explain --trace ${blocked.traceId}`] : []),
    ...(blocked?.orderId
      ? [`  ./holdup logs --order ${blocked.orderId}`, `  curl -s ${apiUrl}/order/${blocked.orderId}`]
      : []),
    "  ./holdup burst --help",
    "  ./holdup stop",
  ];
}

function waitedMs(order: OrderRecord, endMs: number): number {
  return totalMs(legsOf(order, endMs), "wait");
}
