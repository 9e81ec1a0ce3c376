import { closeSync, fstatSync, openSync, readSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import type { StatePaths } from "./paths.ts";

const maxLogBytes = 10 * 1024 * 1024;
const maxTailBytes = 16_384;
const maxLineLength = 300;

/** Path of a process's log. */
export function logFile(paths: StatePaths, name: string): string {
  return join(paths.logs, `${name}.log`);
}

/** Opens a log for appending; above 10 MB it becomes `.1` first and replaces the previous `.1`. */
export function openLog(path: string): number {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size > maxLogBytes) renameSync(path, `${path}.1`);
  return openSync(path, "a", 0o600);
}

/** The last lines of a process's log, indented under its path; empty when there is no log. */
export function logTail(paths: StatePaths, name: string, lines: number): string {
  const path = logFile(paths, name);
  let text = "";
  try {
    const file = openSync(path, "r");
    try {
      const { size } = fstatSync(file);
      const buffer = Buffer.alloc(Math.min(size, maxTailBytes));
      readSync(file, buffer, 0, buffer.length, size - buffer.length);
      text = buffer.toString("utf8");
    } finally {
      closeSync(file);
    }
  } catch {
    return "";
  }
  const last = text.trimEnd().split("\n").slice(-lines);
  return `\nThe end of ${path}:\n${last.map((line) => `  ${line.slice(0, maxLineLength)}`).join("\n")}`;
}
