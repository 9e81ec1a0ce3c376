import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { serviceNames } from "../../shared/pipeline/stages.ts";
import { infraNames, shortServiceNames, unknownName } from "../settings/process-names.ts";
import { followFiles, type LogFile, lastLineEnd } from "./follow-files.ts";
import type { LogSource } from "./log-entry.ts";
import { entriesBackwards, newestEntries } from "./newest-entries.ts";

const names: readonly string[] = [...serviceNames, ...infraNames, "supervisor"];

/** Whether a log has this name: its process's name, or its service's. */
function isNamed(source: string, name: string): boolean {
  return [name, `${name}-service`].some((full) => source === full || source.replace(/-\d+$/, "") === full);
}

function listFiles(folder: string, name: string | undefined): LogFile[] {
  const files = (existsSync(folder) ? readdirSync(folder) : [])
    .filter((file) => file.endsWith(".log"))
    .sort()
    .map((file) => ({ source: file.slice(0, -".log".length), path: join(folder, file) }));
  if (name === undefined) return files;
  const found = files.filter(({ source }) => isNamed(source, name));
  if (found.length > 0 || names.some((one) => isNamed(one, name))) return found;
  throw unknownName({ noun: "log of", plural: "Logs" }, name, names, shortServiceNames);
}

/**
 * The log files in a folder: of one service (all its replicas), of one process, or, without a name, of everything.
 *
 * @throws HoldupError HOLDUP_USAGE that lists the names, when `name` does not exist
 */
export async function fileLogs(folder: string, name: string | undefined): Promise<LogSource> {
  const files = listFiles(folder, name);
  const ends = await Promise.all(files.map(async (file) => ({ ...file, ...(await lastLineEnd(file.path)) })));
  return {
    isEmpty: files.length === 0,
    newest(count, isMatch, isFollowed) {
      // An incomplete line is left to the follower; without a follower it is shown, since it may be all that a crash has left.
      const logs = ends.map(({ path, source, offset, size }) =>
        entriesBackwards(path, source, isFollowed ? offset : size),
      );
      return newestEntries(logs, count, isMatch);
    },
    follow(signal) {
      const starts = new Map(ends.map(({ path, inode, offset }) => [path, { inode, offset }]));
      return followFiles(() => listFiles(folder, name), starts, signal);
    },
  };
}
