import { execFile, spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Folder of the labs of test runs; each is named `<pid of the test process>-<port offset>`. */
export function testLabsDir(root: string): string {
  return join(root, ".holdup", "test", "labs");
}

/** Whether a process has this pid, also a zombie. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** The start of a lab can continue after its test has ended. */
const settleWithinMs = 20_000;
const againAfterMs = 1000;

/**
 * Stops and removes the labs of test processes that were interrupted or killed. Repeats that until their folders are gone,
 * because a lab's start outlives its test.
 */
export async function stopLeftoverLabs(root: string, env: NodeJS.ProcessEnv): Promise<void> {
  const labs = testLabsDir(root);
  const deadline = performance.now() + settleWithinMs;
  if (existsSync(labs)) await delay(againAfterMs);
  let leftovers = leftoverLabs(labs);
  while (leftovers.length > 0) {
    for (const dir of leftovers) await stopClean(root, dir, env);
    leftovers = leftoverLabs(labs);
    if (leftovers.length === 0 || performance.now() > deadline) return;
    await delay(againAfterMs);
  }
}

function leftoverLabs(labs: string): string[] {
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

/** The Compose projects of tests, named `holdup-test-<pid of the test process>-<name>`, whose test process has ended. */
export function leftoverProjects(projects: readonly string[], isRunning: (pid: number) => boolean): string[] {
  return projects.filter((project) => {
    const pid = /^holdup-test-(\d+)-/.exec(project)?.[1];
    return pid !== undefined && !isRunning(Number(pid));
  });
}

/** Removes containers, data and images of test processes that were interrupted or killed. Does nothing without an engine. */
export async function removeLeftoverProjects(env: NodeJS.ProcessEnv): Promise<void> {
  const docker = async (...args: string[]) => (await run("docker", args, { env })).stdout.trim();
  const list = await docker("compose", "ls", "--all", "--quiet").catch(() => "");
  for (const project of leftoverProjects(list.split("\n"), isAlive)) {
    const down = ["down", "--volumes", "--remove-orphans", "--timeout", "5"];
    await docker("compose", "--project-name", project, ...down).catch(() => {});
    await docker("image", "rm", "--force", `${project}-service`).catch(() => {});
  }
}
