import { type ChildProcess, spawn } from "node:child_process";
import { closeSync } from "node:fs";
import { join } from "node:path";
import { HoldupError } from "../../../core/errors.ts";
import type { Progress } from "../../../core/progress.ts";
import type { StatePaths } from "../../state/paths.ts";
import { logFile, openLog } from "../../state/process-log.ts";
import type { Env } from "../../system/env.ts";
import { nodeFlags } from "../../system/process/node-flags.ts";
import { type Plan, startEvent } from "../supervisor/start-messages.ts";

const tickMs = 250;

function spawnDetached(root: string, env: Env, paths: StatePaths): ChildProcess {
  const log = openLog(logFile(paths, "supervisor"));
  try {
    return spawn(process.execPath, [...nodeFlags, join(root, "lab", "embedded", "supervisor", "main.ts")], {
      cwd: root,
      env: { ...env },
      detached: true,
      stdio: ["ignore", log, log, "ipc"],
    });
  } finally {
    closeSync(log);
  }
}

/**
 * Starts a supervisor in the background and shows its progress until everything is ready.
 *
 * @throws HoldupError HOLDUP_INFRA_FAILED when the start failed, HOLDUP_STOPPING when `signal` aborts; in both cases the
 *   supervisor has ended everything again
 */
export function spawnSupervisor(options: {
  root: string;
  env: Env;
  paths: StatePaths;
  plan: Plan;
  progress: Progress;
  signal: AbortSignal;
}): Promise<void> {
  const { root, env, paths, plan, progress, signal } = options;
  return new Promise((resolve, reject) => {
    const supervisor = spawnDetached(root, env, paths);
    let step = "starting";
    let failure: HoldupError | undefined;
    const ticker = setInterval(() => progress.now(step), tickMs);

    const cancel = () => {
      step = "cancelled; ending what was started";
      failure ??= new HoldupError(
        "HOLDUP_STOPPING",
        "Cancelled; everything that was started has been ended.",
      );
      if (supervisor.connected) supervisor.disconnect();
    };
    signal.addEventListener("abort", cancel, { once: true });
    const finish = () => {
      clearInterval(ticker);
      signal.removeEventListener("abort", cancel);
      progress.clear();
    };

    supervisor.on("message", (message) => {
      const { data } = startEvent.safeParse(message);
      switch (data?.event) {
        case "done":
          progress.done(data.text);
          break;
        case "waiting":
          step = data.text;
          break;
        case "failed":
          failure ??= new HoldupError("HOLDUP_INFRA_FAILED", data.text);
          break;
        case "up":
          finish();
          supervisor.removeAllListeners();
          supervisor.disconnect();
          supervisor.unref();
          resolve();
      }
    });
    supervisor.once("error", (error) => {
      failure ??= new HoldupError("HOLDUP_INFRA_FAILED", error.message, { cause: error });
    });
    supervisor.once("exit", () => {
      finish();
      const message = `The supervisor ended before the lab was ready; see ${logFile(paths, "supervisor")}.`;
      reject(failure ?? new HoldupError("HOLDUP_INFRA_FAILED", message));
    });
    supervisor.send(plan);
    if (signal.aborted) cancel();
  });
}
