import { open, stat } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { type LogEntry, parseEntry } from "./log-entry.ts";
import type { LogFile } from "./log-files.ts";

const pollMs = 200;
/** Held back for so long, because another process may still be writing a line that is older. */
const settleMs = 300;
const maxReadBytes = 1_048_576;

type Position = { inode: number; offset: number; half: Buffer; last: LogEntry | undefined };

/** Where following begins: after the last whole line. */
export type Start = { readonly inode: number; readonly offset: number };

function entriesIn(source: string, bytes: Buffer, at: Position): LogEntry[] {
  const whole = Buffer.concat([at.half, bytes]);
  const end = whole.lastIndexOf(10) + 1;
  at.half = whole.subarray(end);
  const lines = whole
    .subarray(0, end)
    .toString("utf8")
    .split("\n")
    .filter((line) => line !== "");
  return lines.map((line) => {
    const base = at.last ?? { source, timeMs: Date.now(), level: undefined, fields: undefined, more: [] };
    const entry = parseEntry(source, line) ?? { ...base, text: line, fields: undefined, more: [] };
    at.last = entry;
    return entry;
  });
}

async function readNew({ source, path }: LogFile, at: Position): Promise<LogEntry[]> {
  const now = await stat(path).catch(() => undefined);
  if (!now) return [];
  if (now.ino !== at.inode || now.size < at.offset) {
    // Rotated, or removed and made anew.
    at.inode = now.ino;
    at.offset = 0;
    at.half = Buffer.alloc(0);
  }
  if (now.size === at.offset) return [];
  const file = await open(path, "r").catch(() => undefined);
  if (!file) return [];
  try {
    const buffer = Buffer.alloc(Math.min(maxReadBytes, now.size - at.offset));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, at.offset);
    at.offset += bytesRead;
    return entriesIn(source, buffer.subarray(0, bytesRead), at);
  } finally {
    await file.close();
  }
}

/** New entries of all logs in the order of their times, for ever; logs that appear later are followed as well. */
export async function* follow(
  files: () => readonly LogFile[],
  starts: ReadonlyMap<string, Start>,
  signal: AbortSignal,
): AsyncGenerator<LogEntry> {
  const positions = new Map<string, Position>();
  const held: { entry: LogEntry; readMs: number }[] = [];
  while (!signal.aborted) {
    for (const file of files()) {
      const start = starts.get(file.path) ?? { inode: 0, offset: 0 };
      const at = positions.get(file.path) ?? { ...start, half: Buffer.alloc(0), last: undefined };
      positions.set(file.path, at);
      for (const entry of await readNew(file, at)) held.push({ entry, readMs: Date.now() });
    }
    held.sort((a, b) => a.entry.timeMs - b.entry.timeMs);
    // By when it was read, not by its own time: a clock that is ahead must not hold a line back.
    const settled = held.findLastIndex(({ readMs }) => readMs <= Date.now() - settleMs) + 1;
    for (const { entry } of held.splice(0, settled)) yield entry;
    await delay(pollMs, undefined, { signal }).catch(() => {});
  }
  for (const { entry } of held) yield entry;
}
