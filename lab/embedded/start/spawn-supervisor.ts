import { type ChildProcess, spawn } from "node:child_process";
import { closeSync } from "node:fs";
import { join } from "node:path";
import { HoldupError } from "../../../core/errors.ts";
import type { Env } from "../../settings/lab-config.ts";
import { nodeFlags } from "../../system/process/node-flags.ts";
import type { Progress } from "../../system/progress.ts";
import { logFile, type StatePaths } from "../state/paths.ts";
import { openLog } from "../state/process-log.ts";
import { newsSchema, type Plan } from "../supervisor/start-messages.ts";

const tickMs = 250;

function spawnSupervisor(root: string, env: Env, paths: StatePaths): ChildProcess {
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
 * Puts a supervisor in the background and follows it until everything is ready.
 *
 * @throws HoldupError HOLDUP_INFRA_FAILED when the start failed, HOLDUP_STOPPING when `signal` called it off; either way
 *   the supervisor has ended everything again
 */
export function runStart(options: {
  root: string;
  env: Env;
  paths: StatePaths;
  plan: Plan;
  progress: Progress;
  signal: AbortSignal;
}): Promise<void> {
  const { root, env, paths, plan, progress, signal } = options;
  return new Promise((resolve, reject) => {
    const supervisor = spawnSupervisor(root, env, paths);
    let waitingFor = "starting";
    let failure: HoldupError | undefined;
    const ticker = setInterval(() => progress.now(waitingFor), tickMs);

    const callOff = () => {
      waitingFor = "called off; ending what was started";
      failure ??= new HoldupError(
        "HOLDUP_STOPPING",
        "Called off; everything that was started has been ended.",
      );
      if (supervisor.connected) supervisor.disconnect();
    };
    signal.addEventListener("abort", callOff, { once: true });
    const finish = () => {
      clearInterval(ticker);
      signal.removeEventListener("abort", callOff);
      progress.clear();
    };

    supervisor.on("message", (message) => {
      const { data: said } = newsSchema.safeParse(message);
      if (said?.news === "done") progress.done(said.text);
      else if (said?.news === "waiting") waitingFor = said.text;
      else if (said?.news === "failed") failure ??= new HoldupError("HOLDUP_INFRA_FAILED", said.text);
      else if (said?.news === "up") {
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
      const gone = `The supervisor ended before the lab was ready; see ${logFile(paths, "supervisor")}.`;
      reject(failure ?? new HoldupError("HOLDUP_INFRA_FAILED", gone));
    });
    supervisor.send(plan);
    if (signal.aborted) callOff();
  });
}
