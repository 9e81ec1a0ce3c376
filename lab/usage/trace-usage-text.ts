import { escapeControls } from "../../core/escape.ts";
import { durationOfMs, mebibytes, stageName, wholePercent } from "../../core/format.ts";
import { alignCells, orDash } from "../../explain/text/layout.ts";
import type { TraceUsage } from "./trace-usage.ts";
import { type UsagePoint, usageOver } from "./usage-over.ts";

const levels = " ▁▂▃▄▅▆▇█";

/** Memory of 0 is unknown. */
const memory = (bytes: number | undefined) => orDash(bytes || undefined, mebibytes);

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

/** `./holdup stats --around` for people, in at most `width` columns unless names are unusually long. */
export function traceUsageLines(
  { traceId, startedMs, endedMs, series, spans }: TraceUsage,
  width: number,
): string[] {
  const clock = (ms: number) => new Date(ms).toTimeString().slice(0, 8);
  const took = durationOfMs(endedMs - startedMs);
  const top = Math.max(100, ...series.map(({ usage }) => usage.maxCpuPercent));
  const columns = Math.max(10, Math.min(40, width - 58));
  const seriesRows = series.map(({ name, points, usage }) => [
    name,
    bars(points, startedMs, endedMs, columns, top),
    wholePercent(usage.cpuPercent),
    wholePercent(usage.maxCpuPercent),
    memory(usage.maxMemoryBytes),
  ]);
  const spanRows = spans.map((span) => [
    `${stageName(span.service)}: ${escapeControls(span.span)}`,
    durationOfMs(span.atMs),
    durationOfMs(span.tookMs),
    orDash(span.ownCpuPercent, wholePercent),
    orDash(span.usage?.cpuPercent, wholePercent),
    memory(span.usage?.maxMemoryBytes),
  ]);
  return [
    `Trace ${traceId}: ${clock(startedMs)} to ${clock(endedMs)}, ${took}`,
    "",
    `CPU in percent of one core (a full bar is ${wholePercent(top)}) and memory of the services during the trace`,
    ...alignCells([["service", "", "mean", "highest", "memory"], ...seriesRows], [0, 1], {
      minWidths: [12, columns, 7, 7, 9],
    }),
    "",
    "Spans: CPU of the span's own threads; CPU and memory of the whole service during the span",
    ...alignCells([["span", "after", "took", "own CPU", "service", "memory"], ...spanRows], [0], {
      minWidths: [4, 8, 8, 8, 9, 11],
    }),
  ];
}
