import { openSync, renameSync, statSync } from "node:fs";

const maxBytes = 10 * 1024 * 1024;

/** Opens a log for appending; one that has grown beyond 10 MB becomes `.1` first, and the `.1` before is dropped. */
export function openLog(path: string): number {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size > maxBytes) renameSync(path, `${path}.1`);
  return openSync(path, "a", 0o600);
}
