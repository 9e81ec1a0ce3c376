import { open } from "node:fs/promises";
import { linesBackwards } from "./lines-backwards.ts";
import { type LogEntry, parseEntry } from "./log-entry.ts";

/** Entries of one log from the newest to the oldest, undated lines put under the dated one before them. */
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
    // A log that begins with undated lines, such as that of a process that could not even start.
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
