import { harmless } from "../../explain/text/harmless.ts";
import type { Around } from "./trace-usage.ts";
import { type UsagePoint, usageOver } from "./usage-over.ts";

const levels = " ▁▂▃▄▅▆▇█";

function seconds(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${Number((ms / 1000).toPrecision(3))} s`;
}
const percent = (value: number | undefined) => (value === undefined ? "-" : `${Math.round(value)} %`);
const megabytes = (bytes: number | undefined) =>
  bytes === undefined || bytes === 0 ? "-" : `${Math.round(bytes / 1024 / 1024)} MB`;

/** CPU over the time of the trace, one column for an equal share of it; `top` is a full one. */
export function curve(
  points: readonly UsagePoint[],
  fromMs: number,
  toMs: number,
  columns: number,
  top: number,
): string {
  const share = (toMs - fromMs) / columns;
  return Array.from({ length: columns }, (_, at) => {
    const usage = usageOver(points, fromMs + at * share, fromMs + (at + 1) * share);
    if (!usage) return " ";
    const level = Math.min(
      levels.length - 1,
      Math.max(1, Math.ceil((usage.cpuPercent / top) * (levels.length - 1))),
    );
    return levels[level] ?? " ";
  }).join("");
}

function row(cells: readonly string[], widths: readonly number[], left: number): string {
  return cells
    .map((cell, at) => (at < left ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
    .join("  ")
    .trimEnd();
}

/** `./holdup stats --around` for people. */
export function aroundLines({ traceId, startedMs, endedMs, series, spans }: Around, width: number): string[] {
  const clock = (ms: number) => new Date(ms).toTimeString().slice(0, 8);
  const head = `Trace ${traceId}: ${clock(startedMs)} to ${clock(endedMs)}, ${seconds(endedMs - startedMs)}`;
  const top = Math.max(100, ...series.map(({ usage }) => usage.maxCpuPercent));
  const columns = Math.max(10, Math.min(40, width - 58));
  const nameWidth = Math.max(12, ...series.map(({ name }) => name.length));
  const widths = [nameWidth, columns, 7, 7, 9];
  const ofSeries = series.map(({ name, points, usage }) =>
    row(
      [
        name,
        curve(points, startedMs, endedMs, columns, top),
        percent(usage.cpuPercent),
        percent(usage.maxCpuPercent),
        megabytes(usage.maxMemoryBytes),
      ],
      widths,
      2,
    ),
  );
  const named = spans.map((span) => `${span.service.replace("-service", "")}: ${harmless(span.span)}`);
  const spanWidths = [Math.max(...named.map((name) => name.length), 4), 8, 8, 8, 9, 11];
  const ofSpans = spans.map((span, at) =>
    row(
      [
        named[at] ?? "",
        seconds(span.atMs),
        seconds(span.tookMs),
        percent(span.ownCpuPercent),
        percent(span.usage?.cpuPercent),
        megabytes(span.usage?.maxMemoryBytes),
      ],
      spanWidths,
      1,
    ),
  );
  return [
    head,
    "",
    `CPU of a core (a full bar is ${Math.round(top)} %) and memory of the services meanwhile`,
    row(["service", "", "mean", "highest", "memory"], widths, 2),
    ...ofSeries,
    "",
    "Spans: CPU of their own threads, and CPU and memory of their whole service meanwhile",
    row(["span", "after", "took", "own CPU", "service", "memory"], spanWidths, 1),
    ...ofSpans,
  ];
}
