import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { logFile, type StatePaths } from "../state/paths.ts";

const maxBytes = 16_384;

/** The last lines of a process's log, indented under its path; empty when there is nothing. */
export function tailOf(paths: StatePaths, name: string, lines: number): string {
  const path = logFile(paths, name);
  let text = "";
  try {
    const file = openSync(path, "r");
    try {
      const { size } = fstatSync(file);
      const buffer = Buffer.alloc(Math.min(size, maxBytes));
      readSync(file, buffer, 0, buffer.length, size - buffer.length);
      text = buffer.toString("utf8");
    } finally {
      closeSync(file);
    }
  } catch {
    return "";
  }
  const last = text.trimEnd().split("\n").slice(-lines);
  return `\nThe end of ${path}:\n${last.map((line) => `  ${line.slice(0, 300)}`).join("\n")}`;
}
