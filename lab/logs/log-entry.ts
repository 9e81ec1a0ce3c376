/** One line of a log, and the undated lines after it (a stack, a banner). */
export type LogEntry = {
  /** Name of its log: `processing-service-1`. */
  readonly source: string;
  readonly timeMs: number;
  /** Undefined where the line has none. */
  readonly level: string | undefined;
  /** The fields of a JSON line. */
  readonly fields: Readonly<Record<string, unknown>> | undefined;
  readonly text: string;
  readonly more: readonly string[];
};

// pino's default is to write numbers.
const levelNames: Readonly<Record<string, string>> = {
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

/** Time of a plain line: Kafka's start with ISO 8601, Redis's with "4711:M 21 Nov 2026 03:33:00.123". */
function plainTimeMs(line: string): number {
  const stamp =
    /^\d{4}-\d\d-\d\dT\S+/.exec(line)?.[0] ??
    /^\d+:[A-Z] (\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d\.\d{3})/.exec(line)?.[1];
  return stamp === undefined ? Number.NaN : Date.parse(stamp);
}

/** Level of a line that is not JSON; undefined where it has none. */
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

/** Parses a line; undefined when it has no time and so belongs to the line before. */
export function parseEntry(source: string, line: string): LogEntry | undefined {
  const fields = parseJson(line);
  const time = fields?.["time"];
  const timeMs = typeof time === "number" ? time : fields ? Date.parse(String(time)) : plainTimeMs(line);
  if (Number.isNaN(timeMs)) return undefined;
  const level = fields?.["level"];
  return {
    source,
    timeMs,
    level: fields ? (levelNames[String(level)] ?? String(level ?? "info")) : plainLevel(line),
    fields,
    text: line,
    more: [],
  };
}

export const levels = ["trace", "debug", "info", "warn", "error", "fatal"] as const;

export type Filter = {
  readonly trace?: string;
  readonly order?: string;
  readonly level?: (typeof levels)[number];
};

const bySeverity: readonly string[] = levels;

function severity(level: string | undefined): number {
  // A plain line without a level can be the one that explains why a process died.
  return level === undefined ? levels.length : bySeverity.indexOf(level);
}

/** Ids may be shortened to a prefix, as people copy them from a screen. */
function hasPrefix(value: unknown, prefix: string | undefined): boolean {
  return prefix === undefined || (typeof value === "string" && value.startsWith(prefix));
}

/** Whether an entry has the trace, the order and at least the level of a filter. */
export function matches(entry: LogEntry, filter: Filter): boolean {
  if (filter.level !== undefined && severity(entry.level) < severity(filter.level)) return false;
  return (
    hasPrefix(entry.fields?.["trace_id"], filter.trace) && hasPrefix(entry.fields?.["order_id"], filter.order)
  );
}

/** One or more logs of a lab, merged by time. */
export type LogSource = {
  /** True when nothing was ever written. */
  readonly isEmpty: boolean;
  /** The newest `count` matching entries, oldest first. `isFollowed`: `follow` continues after them. */
  newest(count: number, isMatch: (entry: LogEntry) => boolean, isFollowed: boolean): Promise<LogEntry[]>;
  /** New entries, until the signal aborts. */
  follow(signal: AbortSignal): AsyncGenerator<LogEntry>;
};
