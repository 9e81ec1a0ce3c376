import { open, stat } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { type LogEntry, parseEntry } from "./log-entry.ts";

const pollMs = 200;
/** Delay before an entry is printed, because another process may still write an older one. */
const settleMs = 300;
const maxReadBytes = 1_048_576;
const chunkBytes = 65_536;
const newline = 10;

export type LogFile = { readonly source: string; readonly path: string };

/** Where following starts in a file. */
export type Start = { readonly inode: number; readonly offset: number };

type Position = { inode: number; offset: number; incomplete: Buffer; last: LogEntry | undefined };

/** End of the last complete line of a file: what follows is still being written. All 0 without a file. */
export async function lastLineEnd(path: string): Promise<Start & { readonly size: number }> {
  const file = await open(path, "r").catch(() => undefined);
  if (!file) return { inode: 0, offset: 0, size: 0 };
  try {
    const { size, ino } = await file.stat();
    for (let at = size; at > 0; at -= Math.min(at, chunkBytes)) {
      const from = Math.max(0, at - chunkBytes);
      const chunk = Buffer.alloc(at - from);
      await file.read(chunk, 0, chunk.length, from);
      const last = chunk.lastIndexOf(newline);
      if (last >= 0) return { inode: ino, offset: from + last + 1, size };
    }
    return { inode: ino, offset: 0, size };
  } finally {
    await file.close();
  }
}

function completeEntries(source: string, bytes: Buffer, at: Position): LogEntry[] {
  const text = Buffer.concat([at.incomplete, bytes]);
  const end = text.lastIndexOf(newline) + 1;
  at.incomplete = text.subarray(end);
  const lines = text
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
    // Rotated, or removed and created again.
    at.inode = now.ino;
    at.offset = 0;
    at.incomplete = Buffer.alloc(0);
  }
  if (now.size === at.offset) return [];
  const file = await open(path, "r").catch(() => undefined);
  if (!file) return [];
  try {
    const buffer = Buffer.alloc(Math.min(maxReadBytes, now.size - at.offset));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, at.offset);
    at.offset += bytesRead;
    return completeEntries(source, buffer.subarray(0, bytesRead), at);
  } finally {
    await file.close();
  }
}

/** New entries of all logs by time, until the signal aborts; logs that appear later are followed as well. */
export async function* followFiles(
  files: () => readonly LogFile[],
  starts: ReadonlyMap<string, Start>,
  signal: AbortSignal,
): AsyncGenerator<LogEntry> {
  const positions = new Map<string, Position>();
  const held: { entry: LogEntry; readMs: number }[] = [];
  while (!signal.aborted) {
    for (const file of files()) {
      const start = starts.get(file.path) ?? { inode: 0, offset: 0 };
      const at = positions.get(file.path) ?? { ...start, incomplete: Buffer.alloc(0), last: undefined };
      positions.set(file.path, at);
      for (const entry of await readNew(file, at)) held.push({ entry, readMs: Date.now() });
    }
    held.sort((a, b) => a.entry.timeMs - b.entry.timeMs);
    // By when it was read, not by its own time: a clock that is ahead must not hold an entry back.
    const settled = held.findLastIndex(({ readMs }) => readMs <= Date.now() - settleMs) + 1;
    for (const { entry } of held.splice(0, settled)) yield entry;
    await delay(pollMs, undefined, { signal }).catch(() => {});
  }
  for (const { entry } of held) yield entry;
}
