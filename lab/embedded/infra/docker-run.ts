import { createHash } from "node:crypto";
import { HoldupError } from "../../../core/errors.ts";
import { removeContainer } from "../../system/docker/docker-cli.ts";
import type { Launch } from "../process-spec.ts";

export const images = { kafka: "apache/kafka:4.3.1", redis: "redis:8-alpine" } as const;

/** Name of a container and of its volume, unique to the state folder: two labs on one engine do not conflict. */
export function containerName(stateDir: string, image: "kafka" | "redis"): string {
  return `holdup-${createHash("sha256").update(stateDir).digest("hex").slice(0, 8)}-${image}`;
}

/**
 * Arguments of `docker run` in the foreground: it lives as long as its container and forwards SIGTERM. Settings are passed
 * as variables and arguments, and data is in a volume, so that the engine needs no access to our files: it may run in a
 * virtual machine or behind SELinux, and the images' users are not ours.
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
 * Removes the container that a killed `docker run` has left under the name, and returns how to start a new one.
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
      `No Docker engine answers ${docker}. Start the engine; ${container.name} is then started.`,
    );
  }
  return { command: docker, args: dockerRun(container), ...place };
}
