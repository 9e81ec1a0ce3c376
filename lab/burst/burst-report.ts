import { escapeControls } from "../../core/escape.ts";
import { durationOfMs } from "../../core/format.ts";
import { alignCells, fits, wrap } from "../../explain/text/layout.ts";
import { type StageName, stageNames } from "../../shared/pipeline/stages.ts";
import { maxConnections } from "../../traffic/run-burst.ts";
import type { BurstSummary, SlowOrder } from "../../traffic/summary.ts";

const deadShown = 5;

/**
 * Result of a burst, as lines of at most `columns`. Trace ids (40 columns) and the command in the last line are never
 * wrapped, so that they can be copied.
 */
export function reportLines(summary: BurstSummary, columns: number, stages = stageNames): string[] {
  return [
    ...countLines(summary, columns),
    ...timeLines(summary, columns),
    ...failureLines(summary, columns),
    ...deadLines(summary),
    ...slowestLines(summary.slowest, columns, stages),
    "",
    "To repeat it:",
    `  ${commandOf(summary)}`,
  ];
}

function countLines({ counts, ended }: BurstSummary, columns: number): string[] {
  const when = ended === "interrupted" ? "when you stopped the burst" : "when the time was up";
  const rows: [string, number, string][] = [
    ["accepted", counts.accepted, "by the API"],
    ["analysed", counts.analysed, "all stages done"],
    ["failed", counts.failed, "not accepted by the API"],
    ...(counts.unknown > 0
      ? ([["unknown", counts.unknown, "no answer; they may be in Kafka"]] satisfies [
          string,
          number,
          string,
        ][])
      : []),
    ["dead", counts.dead, "in a dead-letter topic"],
    ["dropped", counts.dropped, `accepted, still in progress ${when}`],
    ...(counts.unsent > 0 ? ([["unsent", counts.unsent, when]] satisfies [string, number, string][]) : []),
  ];
  const explained = alignCells(
    rows.map(([name, count, meaning]) => [name, String(count), count > 0 ? meaning : ""]),
    [0, 2],
  );
  if (fits(explained, columns)) return explained;
  return alignCells(
    rows.map(([name, count]) => [name, String(count)]),
    [0],
  );
}

function timeLines({ acceptMs, journeyMs, maxSentLateMs }: BurstSummary, columns: number): string[] {
  const names = ["p50", "p95", "p99", "max"] as const;
  const known = [
    { name: "accept", times: acceptMs },
    { name: "journey", times: journeyMs },
  ].flatMap(({ name, times }) => (times ? [{ name, times }] : []));
  if (known.length === 0) return [];
  const table = alignCells(
    [["", ...names], ...known.map(({ name, times }) => [name, ...names.map((p) => durationOfMs(times[p]))])],
    [0],
  );
  const stacked = known.flatMap(({ name, times }) => [
    name,
    ...names.map((percentile) => `  ${percentile} ${durationOfMs(times[percentile])}`),
  ]);
  const late =
    maxSentLateMs < 100
      ? []
      : wrap(
          `Orders were sent up to ${durationOfMs(maxSentLateMs)} late, because no CPU time or no connection (of ${maxConnections}) was free; times are measured from when they were due.`,
          columns,
        );
  return ["", ...(fits(table, columns) ? table : stacked), ...late];
}

function failureLines({ failures, counts }: BurstSummary, columns: number): string[] {
  if (failures.length === 0) return [];
  const lines = failures.flatMap(({ reason, count }) =>
    wrap(`${count} × ${escapeControls(reason)}`, columns, "  "),
  );
  return [
    "",
    counts.unknown > 0 ? "Reasons for failed or unknown orders" : "Reasons for failed orders",
    ...lines,
  ];
}

function slowestLines(
  slowest: readonly SlowOrder[],
  columns: number,
  stages: readonly StageName[],
): string[] {
  if (slowest.length === 0) return [];
  const header = ["order", "journey", "accept", ...stages];
  const rows = slowest.map((order) => [
    String(order.number),
    journeyOf(order),
    durationOfMs(order.acceptMs ?? 0),
    ...stages.map((stage) => waitAndRun(order, stage)),
  ]);
  const [top = "", ...lines] = alignCells([header, ...rows]);
  const traces = slowest.map((order) => `trace ${order.traceId ?? "unknown"}`);
  const table = [top, ...lines.flatMap((line, index) => [line, `       ${traces[index] ?? ""}`])];
  if (fits(table, columns)) return ["", "Slowest orders: wait + run of each stage", ...table];
  return [
    "",
    "Slowest orders",
    ...slowest.flatMap((order, index) => [
      `order ${order.number}: ${journeyOf(order)}`,
      `  accept ${durationOfMs(order.acceptMs ?? 0)}`,
      ...stages
        .filter((stage) => order.stages[stage])
        .map((stage) => `  ${stage} ${waitAndRun(order, stage)}`),
      `  ${traces[index] ?? ""}`,
    ]),
  ];
}

function journeyOf({ state, journeyMs = 0 }: SlowOrder): string {
  return `${state === "analysed" ? "" : "> "}${durationOfMs(journeyMs)}`;
}

function waitAndRun(order: SlowOrder, stage: StageName): string {
  const times = order.stages[stage];
  if (!times) return "-";
  const run = times.runMs === undefined ? "-" : durationOfMs(times.runMs);
  return `${durationOfMs(times.waitMs)} + ${run}`;
}

function deadLines({ orders, counts }: BurstSummary): string[] {
  if (counts.dead === 0) return [];
  const dead = orders.filter(({ state }) => state === "dead").slice(0, deadShown);
  const more = counts.dead > dead.length ? [`  and ${counts.dead - dead.length} more`] : [];
  return [
    "",
    "Dead-lettered orders",
    ...dead.flatMap(({ number, traceId = "unknown" }) => [`  order ${number}`, `  trace ${traceId}`]),
    ...more,
  ];
}

/** The command that repeats the burst's work. */
function commandOf({ count, ratePerSecond, items, seed, forced }: BurstSummary): string {
  const rate = ratePerSecond === null ? [] : [`--rate ${ratePerSecond}`];
  const distinct = items === count ? [] : [`--items ${items}`];
  const force = forced.map((forcing) => `--force ${forcing}`);
  return ["./holdup burst", `--count ${count}`, ...rate, ...distinct, `--seed ${seed}`, ...force].join(" ");
}
