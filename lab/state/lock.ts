import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import { type Identity, startTimeOf } from "../process/start-time.ts";
import type { StatePaths } from "./paths.ts";

const holder = z.object({ pid: z.number(), startTime: z.string(), verb: z.string() });

const busy = 5;

function isBusy(thrown: unknown): boolean {
  return thrown instanceof Error && "errcode" in thrown && thrown.errcode === busy;
}

/**
 * Takes the lab's lock, or returns undefined while another command has it. Node has no file locks; SQLite takes one
 * on its file, and the kernel gives it back however the process ends, so a lock is never left behind.
 */
export function tryLock(paths: StatePaths, verb: string): { release: () => void } | undefined {
  const database = new DatabaseSync(paths.lock, { timeout: 0 });
  try {
    database.exec("BEGIN EXCLUSIVE");
  } catch (thrown) {
    database.close();
    if (isBusy(thrown)) return undefined;
    throw thrown;
  }
  const startTime = startTimeOf(process.pid) ?? "";
  writeFileSync(paths.holder, JSON.stringify({ pid: process.pid, startTime, verb }));
  return {
    release: () => {
      rmSync(paths.holder, { force: true });
      database.close();
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
