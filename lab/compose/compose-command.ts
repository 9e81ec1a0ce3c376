import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { HoldupError } from "../../core/errors.ts";
import type { Env } from "../system/env.ts";
import { projectName } from "./compose-project.ts";

/** Lines of its output in the message about a failure. */
const tailLines = 8;

/** Runs `docker compose` on this repository's file and resolves to its standard output. `onLine` gets its progress, line by line. */
export type ComposeCommand = (
  args: readonly string[],
  options?: { onLine?: (line: string) => void; signal?: AbortSignal | undefined },
) => Promise<string>;

/** The function that it returns throws HoldupError HOLDUP_INFRA_FAILED with the end of the output, HOLDUP_STOPPING when aborted. */
export function composeCommand(place: { docker: string; root: string; env: Env }): ComposeCommand {
  const { docker, root, env } = place;
  const file = ["--file", join(root, "docker-compose.yml"), "--project-directory", root];
  return (args, { onLine, signal } = {}) =>
    new Promise((resolve, reject) => {
      const words = ["compose", "--project-name", projectName(env), ...file, "--ansi", "never", ...args];
      const child = spawn(docker, words, {
        cwd: root,
        env: { ...env, COMPOSE_PROJECT_NAME: projectName(env), BUILDKIT_PROGRESS: "plain" },
        stdio: ["ignore", "pipe", "pipe"],
        // Its own process group: Ctrl-C is forwarded once, by `signal`.
        detached: true,
      });
      const cancel = () => child.kill("SIGINT");
      signal?.addEventListener("abort", cancel, { once: true });
      let answer = "";
      const lines: string[] = [];
      child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
        answer += chunk;
      });
      createInterface({ input: child.stderr }).on("line", (line) => {
        if (line.trim() === "") return;
        lines.push(line.trim());
        onLine?.(line.trim());
      });
      child.once("error", reject);
      child.once("close", (code) => {
        signal?.removeEventListener("abort", cancel);
        if (code === 0) return resolve(answer);
        if (signal?.aborted) return reject(new HoldupError("HOLDUP_STOPPING", "Cancelled."));
        const end = lines.slice(-tailLines).join("\n  ");
        reject(new HoldupError("HOLDUP_INFRA_FAILED", `docker compose ${args[0]} failed:\n  ${end}`));
      });
    });
}
