import { alignCells, fits, wrap } from "../../explain/text/layout.ts";
import type { StageName } from "../../shared/topics.ts";
import { severeOrder } from "./demo-plan.ts";
import { formatDuration } from "./duration.ts";
import { legsOf, totalMs } from "./journey.ts";
import type { OrderRecord, OrderState } from "./ledger.ts";
import { timeline, timelineLegend } from "./timeline.ts";
import type { TraceFacts } from "./trace-facts.ts";

export type DemoOrder = OrderRecord & { readonly facts: TraceFacts };
type DemoLinks = { readonly apiUrl: string; readonly jaegerUrl: string };

const leastBar = 20;
/** The first order finds a lab that has nothing to do: it should be handled at once. */
const strangeWaitMs = 3000;

/** What happened to each order of the demo, and where to look next, as lines of at most `columns` where that can be. */
export function demoLines(orders: readonly DemoOrder[], endMs: number, columns: number, links: DemoLinks) {
  return [
    ...tableLines(orders, endMs, columns),
    "",
    ...storyLines(orders, endMs).flatMap((line) => wrap(line, columns)),
    "",
    ...nextLines(orders, endMs, links),
  ];
}

const endings: Partial<Record<OrderState, string>> = {
  failed: "refused",
  unknown: "unknown",
  dead: "dead",
  accepted: "not ended",
  sent: "no answer",
  unsent: "not sent",
};

function tableLines(orders: readonly DemoOrder[], endMs: number, columns: number): string[] {
  const rows = orders.map((order) => {
    const legs = legsOf(order, endMs);
    return {
      legs,
      number: String(order.plan.number),
      item: order.plan.item,
      partition: order.facts.partition === undefined ? "-" : String(order.facts.partition),
      accept: formatDuration(totalMs(legs, "accept")),
      waited: formatDuration(totalMs(legs, "wait")),
      total: endings[order.state] ?? formatDuration(totalMs(legs)),
    };
  });
  const all = alignCells(
    [
      ["#", "item", "part.", "accept", "waited", "total"],
      ...rows.map((row) => [row.number, row.item, row.partition, row.accept, row.waited, row.total]),
    ],
    [1],
  );
  const few = alignCells([
    ["#", "waited", "total"],
    ...rows.map((row) => [row.number, row.waited, row.total]),
  ]);
  const [top = "", ...lines] = fits(all, columns) ? all : few;
  const legend = ["", ...wrap(timelineLegend, columns)];
  const shownMs = Math.max(0, ...rows.map(({ legs }) => legs.at(-1)?.toMs ?? 0));
  const besideTable = columns - top.length - 2;
  if (besideTable >= leastBar) {
    const axis = `0 s${formatDuration(shownMs).padStart(besideTable - 3)}`;
    const bars = rows.map(({ legs }, index) => `${lines[index]}  ${timeline(legs, shownMs, besideTable)}`);
    return [`${top}  ${axis}`, ...bars, ...legend];
  }
  const bars = rows.flatMap(({ legs }, index) => [
    lines[index] ?? "",
    `  ${timeline(legs, shownMs, columns - 2)}`,
  ]);
  return [top, ...bars, ...legend];
}

/** The order that waited longest for a stage and, as far as its trace says, behind which. */
function longestWait(orders: readonly DemoOrder[], endMs: number) {
  return orders
    .flatMap((order) =>
      legsOf(order, endMs).flatMap(({ kind, stage, fromMs, toMs }) =>
        kind === "wait" && stage ? [{ order, stage, waitMs: toMs - fromMs }] : [],
      ),
    )
    .sort((a, b) => b.waitMs - a.waitMs)
    .at(0);
}

function storyLines(orders: readonly DemoOrder[], endMs: number): string[] {
  const severe = orders[severeOrder - 1];
  const longest = longestWait(orders, endMs);
  return [
    ...lateStory(orders, endMs),
    ...(severe ? severeStory(severe, orders, endMs) : []),
    ...(longest ? waitStory(longest, orders) : []),
  ];
}

/** Orders from before go first, and a consumer that has just started joins its group first. */
function lateStory(orders: readonly DemoOrder[], endMs: number): string[] {
  const waitsMs = orders
    .flatMap((order) => legsOf(order, endMs))
    .filter(({ kind, stage }) => kind === "wait" && stage === "processing")
    .map(({ fromMs, toMs }) => toMs - fromMs);
  const leastMs = Math.min(...waitsMs);
  if (waitsMs.length === 0 || leastMs < strangeWaitMs) return [];
  return [
    `Every order waited at least ${formatDuration(leastMs)} for processing, which was busy with orders from before, or not there yet. Run the demo again for a clear picture.`,
  ];
}

function severeStory(severe: DemoOrder, orders: readonly DemoOrder[], endMs: number): string[] {
  const run = legsOf(severe, endMs).find(({ kind, stage }) => kind === "run" && stage === "processing");
  if (!run) return [];
  const operation = severe.facts.operations.find(({ operation }) => operation.startsWith("extreme_"));
  const work = operation
    ? `${operation.operation} (${formatDuration(operation.ms)} in ${operation.span})`
    : "severe CPU work";
  const waitsMs = orders
    .flatMap((order) => legsOf(order, endMs))
    .filter(({ kind, stage }) => kind === "wait" && stage === "processing")
    .map(({ fromMs, toMs }) => Math.min(toMs, run.toMs) - Math.max(fromMs, run.fromMs))
    .filter((ms) => ms > 0);
  const others = `${waitsMs.length} other ${waitsMs.length === 1 ? "order" : "orders"}`;
  const allMs = waitsMs.reduce((sum, ms) => sum + ms, 0);
  return [
    `Order ${severeOrder} drew ${work}: processing had it for ${formatDuration(run.toMs - run.fromMs)}.`,
    `Meanwhile ${others} waited for processing, ${formatDuration(allMs)} taken together.`,
  ];
}

function waitStory(
  { order, stage, waitMs }: { order: DemoOrder; stage: StageName; waitMs: number },
  orders: readonly DemoOrder[],
): string[] {
  const { blockedBy } = order.facts;
  const blocker =
    stage === "processing" ? orders.find(({ orderId }) => orderId === blockedBy?.orderId) : undefined;
  const behind =
    blocker && blockedBy ? `, ${formatDuration(blockedBy.ms)} of it behind order ${blocker.plan.number}` : "";
  return [`Order ${order.plan.number} waited longest: ${formatDuration(waitMs)} for ${stage}${behind}.`];
}

/** Commands and addresses are never broken into lines, so that they can be copied. */
function nextLines(orders: readonly DemoOrder[], endMs: number, { apiUrl, jaegerUrl }: DemoLinks): string[] {
  const severe = orders[severeOrder - 1];
  const blocked = longestWait(orders, endMs)?.order;
  const traces = [
    ...(severe?.traceId ? [`Trace of order ${severeOrder}:`, `  ${jaegerUrl}/trace/${severe.traceId}`] : []),
    ...(blocked?.traceId && blocked !== severe
      ? [`Trace of order ${blocked.plan.number}, which waited:`, `  ${jaegerUrl}/trace/${blocked.traceId}`]
      : []),
  ];
  const logs = blocked?.orderId ? [`  ./holdup logs --order ${blocked.orderId}`] : [];
  return [
    ...traces,
    "Go on with:",
    ...logs,
    ...(blocked?.orderId ? [`  curl -s ${apiUrl}/order/${blocked.orderId}`] : []),
    "  ./holdup burst --help",
    "  ./holdup stop",
  ];
}
