import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { HoldupError } from "../../core/errors.ts";
import { removeLabFile } from "./lab-file.ts";
import type { StatePaths } from "./paths.ts";

// Files allowed in a folder that is not a lab's yet: the lock of the command that turns it into one; and, in the default
// folder, fetched infrastructure, compiled code, the built console, npm's install log, and what tests install and leave.
const allowed =
  /^(lab\.lock.*|lab\.holder\.json|infra|infra\..*|install\..*|compile-cache|console|foreign|screenshots|test)$/;

function foreignIn(paths: StatePaths): string[] {
  if (existsSync(paths.marker) || !existsSync(paths.dir)) return [];
  return readdirSync(paths.dir).filter((name) => !allowed.test(name));
}

/**
 * Checks that the folder is a lab's, or can become one. Changes nothing, so it can run before the lock creates its file.
 *
 * @throws HoldupError HOLDUP_CONFIG_INVALID when the folder has other files, which `stop --clean` would remove
 */
export function checkStateDir(paths: StatePaths): void {
  const foreign = asConfigError(paths, () => foreignIn(paths));
  if (foreign.length === 0) return;
  throw new HoldupError(
    "HOLDUP_CONFIG_INVALID",
    `HOLDUP_STATE_DIR: ${paths.dir} is not empty and not a lab's (it contains ${foreign.slice(0, 3).join(", ")}). ` +
      "Name a new or empty folder.",
  );
}

/**
 * Creates the state folder and marks it as a lab's. Call it with the lab's lock held: `stop --clean` may be removing the
 * folder.
 *
 * @throws HoldupError HOLDUP_CONFIG_INVALID when the folder has other files, or cannot be written
 */
export function prepareStateDir(paths: StatePaths): void {
  checkStateDir(paths);
  asConfigError(paths, () => {
    makeFolder(paths.dir);
    writeFileSync(paths.marker, "State of a Holdup lab; `./holdup stop --clean` removes it.\n");
    for (const dir of [paths.logs, paths.data, paths.work]) mkdirSync(dir, { recursive: true, mode: 0o700 });
  });
}

/**
 * Creates a folder and its parents.
 *
 * @throws the file system's error. The nearest existing folder is checked first, because Node's recursive mkdir never ends
 *   below some that cannot be written, such as /proc
 */
export function makeFolder(dir: string): void {
  let nearest = dir;
  while (!existsSync(nearest)) nearest = dirname(nearest);
  accessSync(nearest, constants.W_OK);
  if (statfsSync(nearest).blocks === 0) throw new Error(`${nearest} cannot hold files`);
  mkdirSync(dir, { recursive: true });
}

/** Runs `use`. @throws HoldupError HOLDUP_CONFIG_INVALID for errors of the file system */
export function asConfigError<T>(paths: StatePaths, use: () => T): T {
  try {
    return use();
  } catch (thrown) {
    if (thrown instanceof HoldupError) throw thrown;
    throw new HoldupError(
      "HOLDUP_CONFIG_INVALID",
      `HOLDUP_STATE_DIR: cannot write to ${paths.dir} (${thrown instanceof Error ? thrown.message : thrown}).`,
      { cause: thrown },
    );
  }
}

/**
 * Removes data, logs and process list of a lab that is not running; the fetched infrastructure stays. Call it with the
 * lab's lock held: its release removes the lock's own file, and the folder if it is empty.
 *
 * @returns false when there was nothing to remove
 * @throws HoldupError HOLDUP_CONFIG_INVALID when the folder has other files and not a lab's marker
 */
export function removeState(paths: StatePaths): boolean {
  if (!existsSync(paths.marker)) {
    if (foreignIn(paths).length === 0) return false;
    throw new HoldupError(
      "HOLDUP_CONFIG_INVALID",
      `${paths.dir} is not a lab's state folder (${paths.marker} is missing); nothing was removed.`,
    );
  }
  for (const entry of [paths.data, paths.logs, paths.work, paths.bursts]) {
    rmSync(entry, { recursive: true, force: true });
  }
  removeLabFile(paths.labFile);
  // Last, so that an interrupted removal can be repeated.
  rmSync(paths.marker, { force: true });
  return true;
}
