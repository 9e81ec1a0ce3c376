import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { HoldupError } from "../../core/errors.ts";
import type { Env } from "../settings/lab-config.ts";
import { projectName } from "./compose-project.ts";

const told = 8;

/** Runs `docker compose` on this repository's file; resolves to what it wrote to standard output. `heard` gets what it reports, line by line. */
export type ComposeCommand = (
  args: readonly string[],
  options?: { heard?: (line: string) => void; signal?: AbortSignal | undefined },
) => Promise<string>;

/** @throws (of the function returned) HoldupError HOLDUP_INFRA_FAILED with the end of what it said, HOLDUP_STOPPING when called off */
export function composeCommand(place: { docker: string; root: string; env: Env }): ComposeCommand {
  const { docker, root, env } = place;
  const file = ["--file", join(root, "docker-compose.yml"), "--project-directory", root];
  return (args, { heard, signal } = {}) =>
    new Promise((resolve, reject) => {
      const words = ["compose", "--project-name", projectName(env), ...file, "--ansi", "never", ...args];
      const child = spawn(docker, words, {
        cwd: root,
        env: { ...env, COMPOSE_PROJECT_NAME: projectName(env), BUILDKIT_PROGRESS: "plain" },
        stdio: ["ignore", "pipe", "pipe"],
        // A group of its own: a Ctrl-C is passed on once, by `signal`.
        detached: true,
      });
      const callOff = () => child.kill("SIGINT");
      signal?.addEventListener("abort", callOff, { once: true });
      let answer = "";
      const said: string[] = [];
      child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
        answer += chunk;
      });
      createInterface({ input: child.stderr }).on("line", (line) => {
        if (line.trim() === "") return;
        said.push(line.trim());
        heard?.(line.trim());
      });
      child.once("error", reject);
      child.once("close", (code) => {
        signal?.removeEventListener("abort", callOff);
        if (code === 0) return resolve(answer);
        if (signal?.aborted) return reject(new HoldupError("HOLDUP_STOPPING", "Called off."));
        const end = said.slice(-told).join("\n  ");
        reject(new HoldupError("HOLDUP_INFRA_FAILED", `docker compose ${args[0]} failed:\n  ${end}`));
      });
    });
}
