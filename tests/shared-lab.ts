import type { TestProject } from "vitest/node";
import { type Lab, startLab } from "./holdup.ts";

let lab: Promise<Lab> | undefined;
let users = 0;

/** One lab for all broker tests and for the lab tests that break nothing. */
export async function setup(project: TestProject): Promise<void> {
  users += 1;
  lab ??= startLab();
  const { apiUrl, consoleUrl, jaegerUrl, kafkaBrokers, redisUrl, env } = await lab;
  project.provide("apiUrl", apiUrl);
  project.provide("consoleUrl", consoleUrl);
  project.provide("jaegerUrl", jaegerUrl);
  project.provide("kafkaBrokers", kafkaBrokers);
  project.provide("redisUrl", redisUrl);
  project.provide("labEnv", env);
}

export async function teardown(): Promise<void> {
  users -= 1;
  if (users === 0) await (await lab)?.stop();
}
