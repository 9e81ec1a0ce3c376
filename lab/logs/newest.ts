import type { LogEntry } from "./log-entry.ts";

/** The newest `count` entries of several logs that are wanted, oldest first; reads no further back than it must. */
export async function newest(
  logs: readonly AsyncGenerator<LogEntry>[],
  count: number,
  isWanted: (entry: LogEntry) => boolean,
): Promise<LogEntry[]> {
  const heads = await Promise.all(logs.map(async (log) => ({ log, next: await log.next() })));
  const found: LogEntry[] = [];
  while (found.length < count) {
    let latest: { head: (typeof heads)[number]; entry: LogEntry } | undefined;
    for (const head of heads) {
      if (head.next.done) continue;
      const entry = head.next.value;
      if (!latest || entry.timeMs > latest.entry.timeMs) latest = { head, entry };
    }
    if (!latest) break;
    if (isWanted(latest.entry)) found.push(latest.entry);
    latest.head.next = await latest.head.log.next();
  }
  await Promise.all(logs.map((log) => log.return(undefined)));
  return found.reverse();
}
