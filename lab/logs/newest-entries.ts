import { type FileHandle, open } from "node:fs/promises";
import { type LogEntry, parseEntry } from "./log-entry.ts";

const chunkBytes = 65_536;
const newline = 10;

/** Lines of a file in reverse, starting at the offset `end`; reads only as much as is consumed. */
async function* linesBackwards(file: FileHandle, end: number): AsyncGenerator<string> {
  let at = end;
  let rest: Buffer[] = [];
  while (at > 0) {
    const from = Math.max(0, at - chunkBytes);
    const chunk = Buffer.alloc(at - from);
    await file.read(chunk, 0, chunk.length, from);
    at = from;
    let stop = chunk.length;
    for (let i = chunk.lastIndexOf(newline); i >= 0; i = i > 0 ? chunk.lastIndexOf(newline, i - 1) : -1) {
      const line = Buffer.concat([chunk.subarray(i + 1, stop), ...rest]).toString("utf8");
      rest = [];
      stop = i;
      if (line !== "") yield line;
    }
    rest = [chunk.subarray(0, stop), ...rest];
  }
  const first = Buffer.concat(rest).toString("utf8");
  if (first !== "") yield first;
}

/** Entries of one log from newest to oldest; undated lines are attached to the dated one before them. */
export async function* entriesBackwards(path: string, source: string, end: number): AsyncGenerator<LogEntry> {
  const file = await open(path, "r").catch(() => undefined);
  if (!file) return;
  try {
    let undated: string[] = [];
    for await (const line of linesBackwards(file, end)) {
      const entry = parseEntry(source, line);
      if (entry) {
        yield { ...entry, more: undated.reverse() };
        undated = [];
      } else {
        undated.push(line);
      }
    }
    // The log starts with undated lines, such as those of a process that could not even start.
    const [first, ...more] = undated.reverse();
    if (first !== undefined) {
      yield {
        source,
        timeMs: Number.NEGATIVE_INFINITY,
        level: undefined,
        fields: undefined,
        text: first,
        more,
      };
    }
  } finally {
    await file.close();
  }
}

/** The newest `count` matching entries of several logs, oldest first; reads no further back than necessary. */
export async function newestEntries(
  logs: readonly AsyncGenerator<LogEntry>[],
  count: number,
  isMatch: (entry: LogEntry) => boolean,
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
    if (isMatch(latest.entry)) found.push(latest.entry);
    latest.head.next = await latest.head.log.next();
  }
  await Promise.all(logs.map((log) => log.return(undefined)));
  return found.reverse();
}
