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
import { HoldupError } from "../../../core/errors.ts";
import { removeLabFile } from "./lab-file.ts";
import type { StatePaths } from "./paths.ts";

// What may lie in a folder that is no lab's yet: the lock of the command that makes it one; and in the default folder
// fetched infrastructure, compiled code, the built console, notes of npm's install, and what test runs keep.
const harmless =
  /^(lab\.lock.*|lab\.holder\.json|infra|infra\..*|install\..*|compile-cache|console|screenshots|test)$/;

function foreignIn(paths: StatePaths): string[] {
  if (existsSync(paths.marker) || !existsSync(paths.dir)) return [];
  return readdirSync(paths.dir).filter((name) => !harmless.test(name));
}

/**
 * Changes nothing, so that it can come before the lock, which is a file in the folder.
 *
 * @throws HoldupError HOLDUP_CONFIG_INVALID when the folder holds something else: `stop --clean` empties it one day
 */
export function checkStateDir(paths: StatePaths): void {
  const foreign = orRefusal(paths, () => foreignIn(paths));
  if (foreign.length === 0) return;
  throw new HoldupError(
    "HOLDUP_CONFIG_INVALID",
    `HOLDUP_STATE_DIR: ${paths.dir} is not empty and not a lab's (it holds ${foreign.slice(0, 3).join(", ")}). ` +
      "Name a new or empty folder.",
  );
}

/**
 * Makes the state folder and marks it as a lab's. To be called with the lab's lock: `stop --clean` may be taking the
 * folder down.
 *
 * @throws HoldupError HOLDUP_CONFIG_INVALID when the folder holds something else, or cannot be written
 */
export function prepareStateDir(paths: StatePaths): void {
  checkStateDir(paths);
  orRefusal(paths, () => {
    makeFolder(paths.dir);
    writeFileSync(paths.marker, "State of a Holdup lab; `./holdup stop --clean` removes it.\n");
    for (const dir of [paths.logs, paths.data, paths.work]) mkdirSync(dir, { recursive: true, mode: 0o700 });
  });
}

/**
 * Makes a folder and those above it.
 *
 * @throws what the file system says; asked first at the nearest folder that exists, because Node's recursive mkdir never ends
 * below some that cannot be written, such as /proc
 */
export function makeFolder(dir: string): void {
  let nearest = dir;
  while (!existsSync(nearest)) nearest = dirname(nearest);
  accessSync(nearest, constants.W_OK);
  if (statfsSync(nearest).blocks === 0) throw new Error(`${nearest} is no file system for files`);
  mkdirSync(dir, { recursive: true });
}

/** @throws HoldupError HOLDUP_CONFIG_INVALID for what the file system refuses */
export function orRefusal<T>(paths: StatePaths, use: () => T): T {
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
 * Removes data, logs and process list of a lab that is not running; the fetched infrastructure stays. To be called with
 * the lab's lock, which removes its own file, and the folder if empty, when it is released.
 *
 * @returns false when there was nothing to remove
 * @throws HoldupError HOLDUP_CONFIG_INVALID when the folder lacks a lab's marker and holds something else
 */
export function removeState(paths: StatePaths): boolean {
  if (!existsSync(paths.marker)) {
    if (foreignIn(paths).length === 0) return false;
    throw new HoldupError(
      "HOLDUP_CONFIG_INVALID",
      `${paths.dir} is not a lab's state (${paths.marker} is missing); nothing was removed.`,
    );
  }
  for (const entry of [paths.data, paths.logs, paths.work, paths.bursts]) {
    rmSync(entry, { recursive: true, force: true });
  }
  removeLabFile(paths.labFile);
  // Last: a removal that was broken off can be done again.
  rmSync(paths.marker, { force: true });
  return true;
}
