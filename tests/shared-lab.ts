import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { holdup, isAlive, type Lab, startLab, testDir } from "./holdup.ts";

let lab: Promise<Lab> | undefined;
let users = 0;

/** One lab for all broker tests and for those of the whole lab that break nothing. */
export async function setup(project: TestProject): Promise<void> {
  users += 1;
  lab ??= stopForgotten().then(() => startLab());
  const { apiUrl, jaegerUrl, kafkaBrokers, redisUrl, env } = await lab;
  project.provide("apiUrl", apiUrl);
  project.provide("jaegerUrl", jaegerUrl);
  project.provide("kafkaBrokers", kafkaBrokers);
  project.provide("redisUrl", redisUrl);
  project.provide("labEnv", env);
}

export async function teardown(): Promise<void> {
  users -= 1;
  if (users === 0) await (await lab)?.stop();
}

/** Labs of test runs that were killed: their folder is named after a process that is gone. */
async function stopForgotten(): Promise<void> {
  const folders = existsSync(testDir) ? readdirSync(testDir) : [];
  for (const folder of folders) {
    if (isAlive(Number.parseInt(folder, 10))) continue;
    await holdup(["stop", "--clean"], { HOLDUP_STATE_DIR: join(testDir, folder) });
  }
}
