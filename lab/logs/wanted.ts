import type { LogEntry } from "./log-entry.ts";

export const levels = ["trace", "debug", "info", "warn", "error", "fatal"] as const;
type Level = (typeof levels)[number];

export type Filter = { readonly trace?: string; readonly order?: string; readonly level?: Level };

const bySeverity: readonly string[] = levels;

function severity(level: string | undefined): number {
  // A plain line without a level may be the one that tells why a process died.
  return level === undefined ? levels.length : bySeverity.indexOf(level);
}

/** Ids may be shortened to their beginning, as people copy them from a screen. */
function begins(value: unknown, start: string | undefined): boolean {
  return start === undefined || (typeof value === "string" && value.startsWith(start));
}

export function isWanted(entry: LogEntry, filter: Filter): boolean {
  if (filter.level !== undefined && severity(entry.level) < severity(filter.level)) return false;
  return begins(entry.fields?.["trace_id"], filter.trace) && begins(entry.fields?.["order_id"], filter.order);
}
