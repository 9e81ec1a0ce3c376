import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { HoldupError } from "../../shared/errors.ts";
import type { StatePaths } from "./paths.ts";

// What may lie in the default folder before any lab ran: fetched infrastructure, compiled code, notes of npm's install, and
// what test runs keep.
const shared = /^(infra|infra\..*|install\..*|compile-cache|test)$/;

/**
 * Makes the state folder and marks it as a lab's.
 *
 * @throws HoldupError HOLDUP_CONFIG_INVALID when the folder holds something else: `stop --clean` empties it one day
 */
export function prepareStateDir(paths: StatePaths): void {
  try {
    mkdirSync(paths.dir, { recursive: true });
    if (!existsSync(paths.marker)) {
      const foreign = readdirSync(paths.dir).filter((name) => !shared.test(name));
      if (foreign.length > 0) {
        throw new HoldupError(
          "HOLDUP_CONFIG_INVALID",
          `HOLDUP_STATE_DIR: ${paths.dir} is not empty and not a lab's (it holds ${foreign.slice(0, 3).join(", ")}). ` +
            "Name a new or empty folder.",
        );
      }
      writeFileSync(paths.marker, "State of a Holdup lab; `./holdup stop --clean` removes it.\n");
    }
    for (const dir of [paths.logs, paths.data, paths.work]) mkdirSync(dir, { recursive: true, mode: 0o700 });
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
 * Removes data, logs and process list of a lab that is not running; the fetched infrastructure stays.
 *
 * @throws HoldupError HOLDUP_CONFIG_INVALID when the folder lacks a lab's marker
 */
export function removeState(paths: StatePaths): void {
  if (!existsSync(paths.dir)) return;
  if (!existsSync(paths.marker)) {
    throw new HoldupError(
      "HOLDUP_CONFIG_INVALID",
      `${paths.dir} is not a lab's state (${paths.marker} is missing); nothing was removed.`,
    );
  }
  for (const entry of [
    paths.data,
    paths.logs,
    paths.work,
    paths.bursts,
    paths.labFile,
    paths.holder,
    paths.lock,
    `${paths.lock}-journal`,
  ]) {
    rmSync(entry, { recursive: true, force: true });
  }
  rmSync(paths.marker, { force: true });
  if (readdirSync(paths.dir).length === 0) rmSync(paths.dir, { recursive: true });
}
