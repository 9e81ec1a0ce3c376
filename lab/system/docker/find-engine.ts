import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { z } from "zod";
import { HoldupError } from "../../../core/errors.ts";
import type { Env } from "../env.ts";
import { findProgram } from "../process/find-program.ts";

const run = promisify(execFile);
const answerMs = 20_000;

const infoSchema = z.object({
  ServerVersion: z.string().default(""),
  NCPU: z.number().default(0),
  MemTotal: z.number().default(0),
  ServerErrors: z.array(z.string()).nullish(),
});
export type EngineInfo = z.output<typeof infoSchema>;

const oldestEngine = "20.10";
const oldestCompose = "2.20";
/** The idle services use 1.2 GB; a severe operation adds a few hundred MB. */
const leastMemoryBytes = 2_000_000_000;
/** The CPU limit of a service in docker-compose.yml; an engine refuses a limit above what it has. */
const leastCpus = 2;

function isOlder(version: string, than: string): boolean {
  const [major = 0, minor = 0] = version.replace(/^v/, "").split(".").map(Number);
  const [oldMajor = 0, oldMinor = 0] = than.split(".").map(Number);
  return major < oldMajor || (major === oldMajor && minor < oldMinor);
}

/** Why the Compose lab cannot run on this engine, as one line; undefined when it can. */
export function engineProblem(info: EngineInfo, composeVersion: string | undefined): string | undefined {
  const { ServerVersion: version, MemTotal: memory, NCPU: cpus } = info;
  if (isOlder(version, oldestEngine)) {
    return `The Docker engine is version ${version}; the Compose lab needs ${oldestEngine} or newer.`;
  }
  if (composeVersion === undefined) {
    return `docker compose is missing (Docker's Compose plug-in, ${oldestCompose} or newer): https://docs.docker.com/compose/install/`;
  }
  if (isOlder(composeVersion, oldestCompose)) {
    return `docker compose is version ${composeVersion}; the Compose lab needs ${oldestCompose} or newer.`;
  }
  if (memory < leastMemoryBytes) {
    return `The Docker engine has ${(memory / 1e9).toFixed(1)} GB of memory; the Compose lab needs 2 GB. Give it more, or use ./holdup start.`;
  }
  if (cpus < leastCpus) {
    return `The Docker engine has ${cpus} CPU; docker-compose.yml allows a service ${leastCpus}. Give it more, or use ./holdup start.`;
  }
  return undefined;
}

export type Engine = { readonly docker: string; readonly version: string };

function missing(message: string, cause?: unknown): HoldupError {
  return new HoldupError("HOLDUP_INFRA_MISSING", message, { cause });
}

const textSchema = z.object({ stdout: z.string().default(""), stderr: z.string().default("") });

function outputOf(thrown: unknown): { stdout: string; stderr: string } {
  return textSchema.safeParse(thrown).data ?? { stdout: "", stderr: String(thrown) };
}

/** Asks the docker command about its engine and its Compose plug-in. */
async function inspectDocker(docker: string, env: Env) {
  const options = { env: { ...env }, timeout: answerMs };
  const [info, compose] = await Promise.all([
    // Without an engine it fails, and writes the reason to either output.
    run(docker, ["info", "--format", "{{json .}}"], options).catch(outputOf),
    run(docker, ["compose", "version", "--short"], options).catch(() => undefined),
  ]);
  return { info, composeVersion: compose?.stdout.trim() };
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Looks for a Docker engine that can run the Compose lab.
 *
 * @throws HoldupError HOLDUP_INFRA_MISSING, one line with what is missing and what to do
 */
export async function findEngine(env: Env): Promise<Engine> {
  const docker = findProgram("docker", env);
  if (docker === undefined) {
    throw missing(
      "The Compose lab needs Docker, and docker is not on PATH. Install Docker Engine or Docker Desktop, or use ./holdup start.",
    );
  }
  const { info, composeVersion } = await inspectDocker(docker, env);
  const { data } = infoSchema.safeParse(jsonIn(info.stdout));
  if (!data?.ServerVersion) {
    const why = data?.ServerErrors?.[0] ?? info.stderr.trim().split("\n").at(-1) ?? "";
    throw missing(
      `No Docker engine answers ${docker} (not started, or this user has no permission to use it)${why ? `: ${why}` : "."}`,
    );
  }
  const problem = engineProblem(data, composeVersion);
  if (problem) throw missing(problem);
  return { docker, version: data.ServerVersion };
}
