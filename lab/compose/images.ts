import { readFileSync } from "node:fs";
import { join } from "node:path";
import { hasImage } from "../embedded/infra/docker-run.ts";
import type { Env } from "../settings/lab-config.ts";
import { pullImage } from "../system/docker/images.ts";
import type { Progress } from "../system/progress.ts";

/** The images of others that docker-compose.yml and the Dockerfile name. */
export function upstreamImages(compose: string, dockerfile: string): string[] {
  const run = [...compose.matchAll(/^\s+image: (\S+)/gm)].map(([, image]) => image ?? "");
  const base = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image ?? "");
  // Without a tag it is a stage of the build; with a variable it is what is built.
  return [...new Set([...run, ...base])].filter((image) => image.includes(":") && !image.includes("$"));
}

/**
 * Pulls what is not there yet.
 *
 * @throws HoldupError HOLDUP_INFRA_FAILED, one line that names the image; HOLDUP_STOPPING when called off
 */
export async function pullImages(options: {
  root: string;
  docker: string;
  env: Env;
  progress: Progress;
  signal: AbortSignal;
}): Promise<void> {
  const { root, docker, progress } = options;
  const read = (file: string) => readFileSync(join(root, file), "utf8");
  for (const image of upstreamImages(read("docker-compose.yml"), read("Dockerfile"))) {
    if (await hasImage(docker, image)) continue;
    progress.now(`pulling the image ${image}, once`);
    await pullImage(docker, image, options);
    progress.done(`pulled ${image}`);
  }
}
