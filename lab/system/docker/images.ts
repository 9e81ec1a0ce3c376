import { spawn } from "node:child_process";
import { HoldupError } from "../../../core/errors.ts";
import type { Env } from "../../settings/lab-config.ts";

/** @throws HoldupError HOLDUP_INFRA_FAILED, one line that names the image; HOLDUP_STOPPING when `signal` called it off */
export function pullImage(
  docker: string,
  image: string,
  { env, signal }: { env: Env; signal: AbortSignal },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(docker, ["pull", "--quiet", image], {
      env: { ...env },
      stdio: ["ignore", "ignore", "pipe"],
      signal,
    });
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      said += chunk;
    });
    child.once("error", (error) =>
      reject(signal.aborted ? new HoldupError("HOLDUP_STOPPING", "Called off.") : error),
    );
    child.once("close", (code) => {
      if (code === 0) return resolve();
      const reason = said.trim().split("\n").at(-1) || `exit status ${code}`;
      const message = `The image ${image} is neither here nor to be pulled (docker pull: ${reason}).`;
      reject(new HoldupError("HOLDUP_INFRA_FAILED", message));
    });
  });
}
