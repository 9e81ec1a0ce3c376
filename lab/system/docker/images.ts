import { execFile, spawn } from "node:child_process";
import { promisify } from "node:util";
import { HoldupError } from "../../../core/errors.ts";
import type { Progress } from "../../../core/progress.ts";
import type { Env } from "../env.ts";

const run = promisify(execFile);

function hasImage(docker: string, image: string): Promise<boolean> {
  return run(docker, ["image", "inspect", image], { timeout: 30_000 }).then(
    () => true,
    () => false,
  );
}

type PullOptions = { readonly env: Env; readonly progress: Progress; readonly signal: AbortSignal };

function pull(docker: string, image: string, { env, signal }: PullOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(docker, ["pull", "--quiet", image], {
      env: { ...env },
      stdio: ["ignore", "ignore", "pipe"],
      signal,
    });
    let output = "";
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      output += chunk;
    });
    child.once("error", (error) =>
      reject(signal.aborted ? new HoldupError("HOLDUP_STOPPING", "Cancelled.") : error),
    );
    child.once("close", (code) => {
      if (code === 0) return resolve();
      const reason = output.trim().split("\n").at(-1) || `exit status ${code}`;
      const message = `The image ${image} is not on this machine and could not be pulled (docker pull: ${reason}).`;
      reject(new HoldupError("HOLDUP_INFRA_FAILED", message));
    });
  });
}

/**
 * Pulls the images that the engine does not have yet.
 *
 * @throws HoldupError HOLDUP_INFRA_FAILED, one line that names the image; HOLDUP_STOPPING when `signal` aborts
 */
export async function pullMissing(
  docker: string,
  images: readonly string[],
  options: PullOptions,
): Promise<void> {
  for (const image of images) {
    if (await hasImage(docker, image)) continue;
    options.progress.now(`pulling the image ${image} (only once)`);
    await pull(docker, image, options);
    options.progress.done(`pulled ${image}`);
  }
}
