import type { StatePaths } from "../embedded/state/paths.ts";
import { follow } from "./follow-files.ts";
import { lastWholeLine } from "./last-whole-line.ts";
import { logFiles } from "./log-files.ts";
import type { LogSource } from "./log-source.ts";
import { newest } from "./newest.ts";
import { entriesBackwards } from "./newest-entries.ts";

/**
 * The log files of a lab's processes.
 *
 * @throws HoldupError HOLDUP_USAGE that lists the names, when `name` is none
 */
export async function fileLogs(paths: StatePaths, name: string | undefined): Promise<LogSource> {
  const files = logFiles(paths, name);
  const ends = await Promise.all(
    files.map(async (file) => ({ ...file, ...(await lastWholeLine(file.path)) })),
  );
  return {
    isEmpty: files.length === 0,
    newest(count, isWanted, isFollowed) {
      // While following, a half line is left for the follower; otherwise it may be all that a crash left behind.
      const logs = ends.map(({ path, source, offset, size }) =>
        entriesBackwards(path, source, isFollowed ? offset : size),
      );
      return newest(logs, count, isWanted);
    },
    follow(signal) {
      const starts = new Map(ends.map(({ path, inode, offset }) => [path, { inode, offset }]));
      return follow(() => logFiles(paths, name), starts, signal);
    },
  };
}
