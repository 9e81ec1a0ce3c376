import { type LogEntry, parseEntry, plainLevel } from "../logs/log-entry.ts";

/**
 * Lines of a container's log, each after the time at which the engine took it, as entries. Lines that are indented belong to the one
 * before.
 */
export function entriesOf(source: string, lines: readonly string[]): LogEntry[] {
  const entries: LogEntry[] = [];
  for (const line of lines) {
    const at = line.indexOf(" ");
    if (at < 0) continue;
    const text = line.slice(at + 1);
    const last = entries.at(-1);
    if (last && /^\s/.test(text)) {
      entries[entries.length - 1] = { ...last, more: [...last.more, text] };
      continue;
    }
    const timeMs = Date.parse(line.slice(0, at));
    const plain = { source, timeMs, level: plainLevel(text), fields: undefined, text, more: [] };
    entries.push(parseEntry(source, text) ?? plain);
  }
  return entries;
}
