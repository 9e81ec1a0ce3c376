import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { HoldupError } from "../../core/errors.ts";
import { serviceNames } from "../../shared/pipeline/stages.ts";
import type { StatePaths } from "../embedded/state/paths.ts";
import { nearest } from "../settings/nearest.ts";

export type LogFile = { readonly source: string; readonly path: string };

const others = ["console", "kafka", "redis", "trace-store", "supervisor"];

function belongsTo(source: string, name: string): boolean {
  return [name, `${name}-service`].some((full) => source === full || source.replace(/-\d+$/, "") === full);
}

/**
 * The logs of one service (all its replicas), of one process, or of everything.
 *
 * @throws HoldupError HOLDUP_USAGE that lists the names, when `name` is none
 */
export function logFiles(paths: StatePaths, name: string | undefined): LogFile[] {
  const files = (existsSync(paths.logs) ? readdirSync(paths.logs) : [])
    .filter((file) => file.endsWith(".log"))
    .sort()
    .map((file) => ({ source: file.slice(0, -".log".length), path: join(paths.logs, file) }));
  if (name === undefined) return files;
  const found = files.filter(({ source }) => belongsTo(source, name));
  const known = [...serviceNames, ...others];
  if (found.length > 0 || known.some((one) => belongsTo(one, name))) return found;
  const guess = nearest(name, [...known, ...serviceNames.map((one) => one.replace("-service", ""))]);
  throw new HoldupError(
    "HOLDUP_USAGE",
    `There is no log of "${name}"${guess ? `; did you mean ${guess}?` : "."} Logs: ${known.join(", ")}.`,
  );
}
