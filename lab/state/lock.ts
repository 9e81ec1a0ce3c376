import {
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { HoldupError } from "../../core/errors.ts";
import { type Identity, startTimeOf } from "../system/process/identity.ts";
import type { StatePaths } from "./paths.ts";
import { asConfigError, makeFolder } from "./state-dir.ts";

const holder = z.object({ pid: z.number(), startTime: z.string(), verb: z.string() });

const busy = 5;

function isBusy(thrown: unknown): boolean {
  return thrown instanceof Error && "errcode" in thrown && thrown.errcode === busy;
}

function isOneOf(thrown: unknown, codes: readonly string[]): boolean {
  return thrown instanceof Error && "code" in thrown && codes.includes(String(thrown.code));
}

/** Identity of the file at a path, different from any earlier or later file at that path. */
function fileAt(path: string): string | undefined {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found && `${found.ino} ${found.birthtimeNs}`;
}

/** Identity of the lock's file, which is created when missing; undefined when it has been removed since. */
function lockFileOf(paths: StatePaths): string | undefined {
  try {
    makeFolder(paths.dir);
    // Only opened to create it: POSIX drops all of a process's locks on a file when the process closes any descriptor of it.
    closeSync(openSync(paths.lock, "wx"));
  } catch (thrown) {
    // EEXIST: the usual case. ENOENT: the process that released the lock has removed the folder.
    if (!isOneOf(thrown, ["EEXIST", "ENOENT"])) throw thrown;
  }
  return fileAt(paths.lock);
}

/** Removes the lock's own files from a folder that is not a lab's, and the folder if it is empty then. */
function removeLock(paths: StatePaths): void {
  rmSync(paths.holder, { force: true });
  rmSync(paths.lock, { force: true });
  try {
    rmdirSync(paths.dir);
  } catch (thrown) {
    // The folder has other files, or another process is about to take the lock.
    if (!isOneOf(thrown, ["ENOTEMPTY", "EEXIST", "ENOENT"])) throw thrown;
  }
}

/**
 * Takes the lab's lock, and creates the state folder if necessary; undefined while another command holds the lock. Node
 * has no file locks; SQLite locks its file, and the kernel releases that lock however the process ends, so no lock is ever
 * left behind.
 *
 * Releasing the lock in a folder without a lab's marker removes the lock's file. So a process may lock a file that is no
 * longer at the path, which locks nothing:
 *
 *     stop --clean   locks A ───── removes A, unlocks
 *     start             opens A ── waits ───────────── locks A: not the file at the path, so it tries again
 *     another start                            creates B, locks B
 */
export function tryLock(paths: StatePaths, verb: string): { release: () => void } | undefined {
  const file = lockFileOf(paths);
  if (file === undefined) return undefined;
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(paths.lock, { timeout: 0 });
    // Otherwise the transaction has a journal, a second file that close() would create again in a folder that must be empty.
    database.exec("PRAGMA journal_mode = MEMORY");
    database.exec("BEGIN EXCLUSIVE");
  } catch (thrown) {
    database?.close();
    // The folder has been removed: the next try creates it again.
    if (isBusy(thrown) || fileAt(paths.lock) !== file) return undefined;
    throw thrown;
  }
  if (fileAt(paths.lock) !== file) {
    database.close();
    return undefined;
  }
  const locked = database;
  const startTime = startTimeOf(process.pid) ?? "";
  writeFileSync(paths.holder, JSON.stringify({ pid: process.pid, startTime, verb }));
  return {
    release: () => {
      if (existsSync(paths.marker)) rmSync(paths.holder, { force: true });
      else removeLock(paths);
      locked.close();
    },
  };
}

/** The command that holds the lock; undefined when it has not written that yet. */
export function lockHolder(paths: StatePaths): (Identity & { verb: string }) | undefined {
  try {
    return holder.parse(JSON.parse(readFileSync(paths.holder, "utf8")));
  } catch {
    return undefined;
  }
}

const pollMs = 200;

/**
 * Waits for the lab's lock; reports once which command holds it.
 *
 * @throws HoldupError HOLDUP_STOPPING when `signal` aborts, HOLDUP_CONFIG_INVALID when the folder cannot be written
 */
export async function takeLock(
  paths: StatePaths,
  verb: string,
  options: { say: (line: string) => void; signal?: AbortSignal },
): Promise<{ release: () => void }> {
  let isReported = false;
  for (;;) {
    const lock = asConfigError(paths, () => tryLock(paths, verb));
    if (lock) return lock;
    const other = lockHolder(paths);
    if (!isReported && other) {
      options.say(`waiting for ./holdup ${other.verb} (pid ${other.pid}), which is changing this lab`);
      isReported = true;
    }
    if (options.signal?.aborted) throw new HoldupError("HOLDUP_STOPPING", "Cancelled.");
    await delay(pollMs);
  }
}
