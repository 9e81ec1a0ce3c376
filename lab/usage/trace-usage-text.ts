import { escapeControls } from "../../core/escape.ts";
import { durationOfMs, mebibytes, stageName } from "../../core/format.ts";
import type { TraceUsage } from "./trace-usage.ts";
import { type UsagePoint, usageOver } from "./usage-over.ts";

const levels = " ▁▂▃▄▅▆▇█";

const percent = (value: number | undefined) => (value === undefined ? "-" : `${Math.round(value)} %`);
const megabytes = (bytes: number | undefined) =>
  bytes === undefined || bytes === 0 ? "-" : mebibytes(bytes);

/** CPU during the trace as bars: each column is an equal share of the time; `top` percent fills a bar. */
function bars(
  points: readonly UsagePoint[],
  fromMs: number,
  toMs: number,
  columns: number,
  top: number,
): string {
  const columnMs = (toMs - fromMs) / columns;
  return Array.from({ length: columns }, (_, at) => {
    const usage = usageOver(points, fromMs + at * columnMs, fromMs + (at + 1) * columnMs);
    if (!usage) return " ";
    const level = Math.ceil((usage.cpuPercent / top) * (levels.length - 1));
    return levels[Math.min(levels.length - 1, Math.max(1, level))] ?? " ";
  }).join("");
}

/** The first `left` cells are aligned left, the others right. */
function row(cells: readonly string[], widths: readonly number[], left: number): string {
  return cells
    .map((cell, at) => (at < left ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
    .join("  ")
    .trimEnd();
}

/** `./holdup stats --around` for people, in at most `width` columns unless names are unusually long. */
export function traceUsageLines(
  { traceId, startedMs, endedMs, series, spans }: TraceUsage,
  width: number,
): string[] {
  const clock = (ms: number) => new Date(ms).toTimeString().slice(0, 8);
  const took = durationOfMs(endedMs - startedMs);
  const top = Math.max(100, ...series.map(({ usage }) => usage.maxCpuPercent));
  const columns = Math.max(10, Math.min(40, width - 58));
  const nameWidth = Math.max(12, ...series.map(({ name }) => name.length));
  const widths = [nameWidth, columns, 7, 7, 9];
  const seriesRows = series.map(({ name, points, usage }) =>
    row(
      [
        name,
        bars(points, startedMs, endedMs, columns, top),
        percent(usage.cpuPercent),
        percent(usage.maxCpuPercent),
        megabytes(usage.maxMemoryBytes),
      ],
      widths,
      2,
    ),
  );
  const names = spans.map((span) => `${stageName(span.service)}: ${escapeControls(span.span)}`);
  const spanWidths = [Math.max(...names.map((name) => name.length), 4), 8, 8, 8, 9, 11];
  const spanRows = spans.map((span, at) =>
    row(
      [
        names[at] ?? "",
        durationOfMs(span.atMs),
        durationOfMs(span.tookMs),
        percent(span.ownCpuPercent),
        percent(span.usage?.cpuPercent),
        megabytes(span.usage?.maxMemoryBytes),
      ],
      spanWidths,
      1,
    ),
  );
  return [
    `Trace ${traceId}: ${clock(startedMs)} to ${clock(endedMs)}, ${took}`,
    "",
    `CPU in percent of one core (a full bar is ${Math.round(top)} %) and memory of the services during the trace`,
    row(["service", "", "mean", "highest", "memory"], widths, 2),
    ...seriesRows,
    "",
    "Spans: CPU of the span's own threads; CPU and memory of the whole service during the span",
    row(["span", "after", "took", "own CPU", "service", "memory"], spanWidths, 1),
    ...spanRows,
  ];
}
