import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** Where test runs keep their labs; each folder is named `<pid of the test process>-<port offset>`. */
export function testLabsDir(root: string): string {
  return join(root, ".holdup", "test", "labs");
}

/** Whether a process has this pid, be it one that only waits to be reaped. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** A start that its test left behind may be ready only after a while, ms. */
const settleWithinMs = 20_000;
const againAfterMs = 1000;

/**
 * Stops and removes the labs of test processes that are gone: they were interrupted or killed. Asks again until their folders
 * are gone, because the start of a lab outlives its test.
 */
export async function stopForgottenLabs(root: string, env: NodeJS.ProcessEnv): Promise<void> {
  const deadline = performance.now() + settleWithinMs;
  if (existsSync(testLabsDir(root))) await delay(againAfterMs);
  let forgotten = forgottenIn(testLabsDir(root));
  while (forgotten.length > 0) {
    for (const dir of forgotten) await stopClean(root, dir, env);
    forgotten = forgottenIn(testLabsDir(root));
    if (forgotten.length === 0 || performance.now() > deadline) return;
    await delay(againAfterMs);
  }
}

function forgottenIn(labs: string): string[] {
  const names = existsSync(labs) ? readdirSync(labs) : [];
  return names.filter((name) => !isAlive(Number.parseInt(name, 10))).map((name) => join(labs, name));
}

function stopClean(root: string, dir: string, env: NodeJS.ProcessEnv): Promise<void> {
  const stop = [join(root, "lab", "main.ts"), "stop", "--clean"];
  return new Promise((resolve) => {
    spawn(process.execPath, stop, { env: { ...env, HOLDUP_STATE_DIR: dir }, stdio: "ignore", detached: true })
      .once("error", () => resolve())
      .once("exit", () => resolve());
  });
}
