import { promises as fs } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";

/** A pid is meaningless on another host or in another container, so the file name has both. */
const host = hostname().replace(/[^A-Za-z0-9.-]/g, "_");
const namePattern = /^holdup-(\d+)-([0-9a-f-]{36})-\d+@([A-Za-z0-9._-]+)\.work$/;

/** Age from which a file of another host, whose processes cannot be checked, is a leftover. */
const staleMs = 3_600_000;

/** File of one pass of one run of an operation. */
export function workFile(workDir: string, runId: string, pass: number): string {
  return join(workDir, `holdup-${process.pid}-${runId}-${pass}@${host}.work`);
}

export async function makeWorkDir(workDir: string): Promise<void> {
  await fs.mkdir(workDir, { recursive: true });
}

/** Removes the files of a run whose thread died and could not remove them itself. */
export async function removeRun(workDir: string, runId: string): Promise<void> {
  await removeWhere(workDir, async (name) => namePattern.exec(name)?.[2] === runId);
}

/** Removes files of processes that have ended, and old files of other hosts. Never fails. */
export async function removeLeftovers(workDir: string): Promise<void> {
  await removeWhere(workDir, async (name) => {
    const [, pid, , fileHost] = namePattern.exec(name) ?? [];
    if (pid === undefined) return false;
    if (fileHost === host) return !isAlive(Number(pid));
    const { mtimeMs } = await fs.stat(join(workDir, name));
    return Date.now() - mtimeMs > staleMs;
  });
}

async function removeWhere(workDir: string, isLeftover: (name: string) => Promise<boolean>): Promise<void> {
  const names = await fs.readdir(workDir).catch(() => []);
  await Promise.all(
    names.map(async (name) => {
      // Another process may remove the same files.
      const remove = await isLeftover(name).catch(() => false);
      if (remove) await fs.rm(join(workDir, name), { force: true }).catch(() => undefined);
    }),
  );
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    // EPERM: it is alive and belongs to another user.
    return thrown instanceof Error && "code" in thrown && thrown.code === "EPERM";
  }
}
