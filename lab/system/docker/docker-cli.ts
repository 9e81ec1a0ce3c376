import { execFile } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import type { Env } from "../env.ts";
import { findProgram } from "../process/find-program.ts";

const run = promisify(execFile);

/** Looks for the docker command, and whether an engine answers it. */
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

const removalMs = 30_000;

/**
 * Removes a container if it exists (a killed `docker run` leaves its container running) and waits until it is removed: `--rm`
 * continues after `docker run` has ended, and the name and the volume stay in use until then.
 *
 * @returns false when no engine answers, or the container cannot be removed
 */
export async function removeContainer(docker: string, name: string): Promise<boolean> {
  const deadline = Date.now() + removalMs;
  const find = ["ps", "--all", "--quiet", "--filter", `name=^/?${name}$`];
  try {
    while ((await run(docker, find, { timeout: 10_000 })).stdout.trim() !== "") {
      if (Date.now() > deadline) return false;
      // With the image's anonymous volumes; named ones stay. Fails while another removal is in progress.
      await run(docker, ["rm", "--force", "--volumes", name], { timeout: removalMs }).catch(() => delay(100));
    }
    return true;
  } catch {
    return false;
  }
}

/** Removes a volume if it exists; failures are ignored. */
export async function removeVolume(docker: string, name: string): Promise<void> {
  await run(docker, ["volume", "rm", "--force", name], { timeout: 30_000 }).catch(() => {});
}
