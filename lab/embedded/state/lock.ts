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
import { z } from "zod";
import { type Identity, startTimeOf } from "../../system/process/identity.ts";
import type { StatePaths } from "./paths.ts";
import { makeFolder } from "./state-dir.ts";

const holder = z.object({ pid: z.number(), startTime: z.string(), verb: z.string() });

const busy = 5;

function isBusy(thrown: unknown): boolean {
  return thrown instanceof Error && "errcode" in thrown && thrown.errcode === busy;
}

function isOneOf(thrown: unknown, codes: readonly string[]): boolean {
  return thrown instanceof Error && "code" in thrown && codes.includes(String(thrown.code));
}

/** The file at a path, told from any other that had the path before or will have it. */
function fileAt(path: string): string | undefined {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found && `${found.ino} ${found.birthtimeNs}`;
}

/** The lock's file, made when it is missing; undefined when it vanished meanwhile. */
function lockFileOf(paths: StatePaths): string | undefined {
  try {
    makeFolder(paths.dir);
    // Never opened when it exists: POSIX gives up a process's locks on a file when the process closes any descriptor of it.
    closeSync(openSync(paths.lock, "wx"));
  } catch (thrown) {
    // EEXIST: the usual case. ENOENT: whoever gave the lock back removed the folder in between.
    if (!isOneOf(thrown, ["EEXIST", "ENOENT"])) throw thrown;
  }
  return fileAt(paths.lock);
}

/** Removes what the lock itself put into a folder that is no lab's, and the folder if that was all. */
function removeLock(paths: StatePaths): void {
  rmSync(paths.holder, { force: true });
  rmSync(paths.lock, { force: true });
  try {
    rmdirSync(paths.dir);
  } catch (thrown) {
    // Something else is in it, or somebody is about to take the lock anew.
    if (!isOneOf(thrown, ["ENOTEMPTY", "EEXIST", "ENOENT"])) throw thrown;
  }
}

/**
 * Takes the lab's lock, making the state folder if need be, or returns undefined while another command has it. Node has
 * no file locks; SQLite takes one on its file, and the kernel gives it back however the process ends, so a lock is never
 * left behind.
 *
 * Given back in a folder without a lab's marker, the lock's file goes too. So the file that was locked may not be the one
 * at the path any more, which is a lock of nothing:
 *
 *     stop --clean   locks A ───── removes A, unlocks
 *     start             opens A ── waits ───────────── locks A: not the file at the path, so it tries again
 *     another start                            makes B, locks B
 */
export function tryLock(paths: StatePaths, verb: string): { release: () => void } | undefined {
  const file = lockFileOf(paths);
  if (file === undefined) return undefined;
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(paths.lock, { timeout: 0 });
    // Else the transaction has a journal: a second file, which close() would make anew in a folder that is to be empty.
    database.exec("PRAGMA journal_mode = MEMORY");
    database.exec("BEGIN EXCLUSIVE");
  } catch (thrown) {
    database?.close();
    // Gone meanwhile, folder and all: the next try makes it anew.
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

/** Which command has the lock, as far as it has said so yet. */
export function lockHolder(paths: StatePaths): (Identity & { verb: string }) | undefined {
  try {
    return holder.parse(JSON.parse(readFileSync(paths.holder, "utf8")));
  } catch {
    return undefined;
  }
}
