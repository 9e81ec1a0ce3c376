/** One line of a log, and the undated lines that follow it (a stack, a banner). */
export type LogEntry = {
  /** Name of the log it is from: `processing-service-1`. */
  readonly source: string;
  readonly timeMs: number;
  /** Undefined where a line does not tell. */
  readonly level: string | undefined;
  /** The line's fields when it is JSON. */
  readonly fields: Readonly<Record<string, unknown>> | undefined;
  readonly text: string;
  readonly more: readonly string[];
};

// pino writes numbers unless told otherwise.
const numbered: Readonly<Record<string, string>> = {
  "10": "trace",
  "20": "debug",
  "30": "info",
  "40": "warn",
  "50": "error",
  "60": "fatal",
};

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parseJson(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** When a plain line was written: Kafka begins with ISO 8601, Redis with "4711:M 21 Nov 2026 03:33:00.123". */
function plainTimeMs(line: string): number {
  const stamp =
    /^\d{4}-\d\d-\d\dT\S+/.exec(line)?.[0] ??
    /^\d+:[A-Z] (\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d\.\d{3})/.exec(line)?.[1];
  return stamp === undefined ? Number.NaN : Date.parse(stamp);
}

/** How severe a line that is no JSON says it is; undefined where it does not say. */
export function plainLevel(line: string): string | undefined {
  const slf4j = /^\S+ (TRACE|DEBUG|INFO|WARN|ERROR) /.exec(line)?.[1];
  if (slf4j) return slf4j.toLowerCase();
  // Kafka's own image: [2026-11-21 03:33:00,123] WARN …
  const log4j = /^\[[\d :,.-]+\] (TRACE|DEBUG|INFO|WARN|ERROR|FATAL) /.exec(line)?.[1];
  if (log4j) return log4j.toLowerCase();
  const redis = /^\d+:[A-Z] \d{1,2} [A-Z][a-z]{2} \d{4} \S+ ([.\-*#])/.exec(line)?.[1];
  if (redis === "#") return "warn";
  return redis === undefined ? undefined : "info";
}

/** Reads a line; undefined when it carries no time of its own and so belongs to the line before. */
export function parseEntry(source: string, line: string): LogEntry | undefined {
  const fields = parseJson(line);
  const time = fields?.["time"];
  const timeMs = typeof time === "number" ? time : fields ? Date.parse(String(time)) : plainTimeMs(line);
  if (Number.isNaN(timeMs)) return undefined;
  const level = fields?.["level"];
  return {
    source,
    timeMs,
    level: fields ? (numbered[String(level)] ?? String(level ?? "info")) : plainLevel(line),
    fields,
    text: line,
    more: [],
  };
}
