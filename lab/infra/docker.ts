import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { findProgram } from "../process/find-program.ts";
import type { Env } from "../settings.ts";

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

/** Removes a container if there is one; a `docker run` that was killed leaves its container running. */
export async function removeContainer(docker: string, name: string): Promise<void> {
  await run(docker, ["rm", "--force", name], { timeout: 30_000 }).catch(() => {});
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

/** `docker run` in the foreground: it lives as long as its container and passes SIGTERM on. */
export function dockerRun(options: {
  name: string;
  image: string;
  publish: { port: number; inside: number };
  mounts: readonly string[];
  variables?: Readonly<Record<string, string>>;
  command?: readonly string[];
}): string[] {
  return [
    "run",
    "--rm",
    ...["--name", options.name],
    ...["--label", "holdup.lab"],
    ...["--publish", `127.0.0.1:${options.publish.port}:${options.publish.inside}`],
    ...options.mounts.flatMap((mount) => ["--volume", mount]),
    ...Object.entries(options.variables ?? {}).flatMap(([key, value]) => ["--env", `${key}=${value}`]),
    options.image,
    ...(options.command ?? []),
  ];
}
