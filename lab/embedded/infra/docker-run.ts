import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { HoldupError } from "../../../core/errors.ts";
import type { Env } from "../../settings/lab-config.ts";
import { findProgram } from "../../system/process/find-program.ts";
import type { Launch } from "../process-spec.ts";

const run = promisify(execFile);

export const images = { kafka: "apache/kafka:4.3.1", redis: "redis:8-alpine" } as const;

/** Whether there is a Docker command, and whether an engine answers it. */
export async function findDocker(env: Env): Promise<{ path?: string; answers: boolean }> {
  const path = findProgram("docker", env);
  if (path === undefined) return { answers: false };
  try {
    const options = { env: { ...env }, timeout: 10_000 };
    const { stdout } = await run(path, ["version", "--format", "{{.Server.Version}}"], options);
    return { path, answers: stdout.trim() !== "" };
  } catch {
    return { path, answers: false };
  }
}

/** Container and volume names belong to one state folder, so that two labs on one engine do not meet. */
export function containerName(stateDir: string, what: "kafka" | "redis"): string {
  return `holdup-${createHash("sha256").update(stateDir).digest("hex").slice(0, 8)}-${what}`;
}

const removalMs = 30_000;

/**
 * Removes a container if there is one (a `docker run` that was killed leaves its container running), and waits until it
 * is gone: `--rm` goes on after `docker run` has ended, and its name and its volume are in use until then.
 *
 * @returns false when no engine answers, or the container would not go
 */
export async function removeContainer(docker: string, name: string): Promise<boolean> {
  const deadline = Date.now() + removalMs;
  const find = ["ps", "--all", "--quiet", "--filter", `name=^/?${name}$`];
  try {
    while ((await run(docker, find, { timeout: 10_000 })).stdout.trim() !== "") {
      if (Date.now() > deadline) return false;
      // With the nameless volumes of the image; named ones stay. Fails while a removal is in progress already.
      await run(docker, ["rm", "--force", "--volumes", name], { timeout: removalMs }).catch(() => delay(100));
    }
    return true;
  } catch {
    return false;
  }
}

export async function removeVolume(docker: string, name: string): Promise<void> {
  await run(docker, ["volume", "rm", "--force", name], { timeout: 30_000 }).catch(() => {});
}

export async function hasImage(docker: string, image: string): Promise<boolean> {
  return run(docker, ["image", "inspect", image], { timeout: 30_000 }).then(
    () => true,
    () => false,
  );
}

/**
 * `docker run` in the foreground: it lives as long as its container and passes SIGTERM on. Settings travel as variables
 * and arguments and data in a volume, so that the engine needs no access to our files: it may be in a virtual machine or
 * behind SELinux, and the images' users are not ours.
 */
export function dockerRun(options: {
  name: string;
  image: string;
  publish: { port: number; inside: number };
  dataDir: string;
  variables?: Readonly<Record<string, string>>;
  command?: readonly string[];
}): string[] {
  return [
    "run",
    "--rm",
    ...["--name", options.name],
    ...["--label", "holdup.lab"],
    ...["--publish", `127.0.0.1:${options.publish.port}:${options.publish.inside}`],
    ...["--volume", `${options.name}:${options.dataDir}`],
    ...Object.entries(options.variables ?? {}).flatMap(([key, value]) => ["--env", `${key}=${value}`]),
    options.image,
    ...(options.command ?? []),
  ];
}

/**
 * Clears a container's name of what a killed `docker run` left, and tells how to run it.
 *
 * @throws HoldupError HOLDUP_INFRA_FAILED when no engine answers
 */
export async function launchContainer(
  docker: string,
  place: { cwd: string; env: NodeJS.ProcessEnv },
  container: Parameters<typeof dockerRun>[0],
): Promise<Launch> {
  if (!(await removeContainer(docker, container.name))) {
    throw new HoldupError(
      "HOLDUP_INFRA_FAILED",
      `No Docker engine answers ${docker}; start it, and ${container.name} follows.`,
    );
  }
  return { command: docker, args: dockerRun(container), ...place };
}
