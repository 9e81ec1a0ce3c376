import { existsSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { readLabFile, removeLabFile } from "../state/lab-file.ts";
import { lockHolder, takeLock, tryLock } from "../state/lock.ts";
import type { StatePaths } from "../state/paths.ts";
import type { Env } from "../system/env.ts";
import { endProcess } from "../system/process/end-process.ts";
import { isRunning } from "../system/process/identity.ts";
import { askSupervisor } from "./supervisor/ask-supervisor.ts";
import { endProcesses } from "./supervisor/end-processes.ts";

const answerMs = 3000;

/** Takes the lab's lock. A start that holds it is cancelled, as its own Ctrl-C would. */
async function takeLockFromStart(paths: StatePaths, say: (line: string) => void) {
  const lock = tryLock(paths, "stop");
  if (lock) return { lock, isStartCancelled: false };
  const other = lockHolder(paths);
  if (other?.verb === "start" && isRunning(other)) {
    say(`cancelling ./holdup start (pid ${other.pid}), which is still running`);
    process.kill(other.pid, "SIGINT");
  }
  return { lock: await takeLock(paths, "stop", { say }), isStartCancelled: other?.verb === "start" };
}

/**
 * Ends everything that `start` started and nothing else. The supervisor only hands over: the list on disk names what to end,
 * with or without a supervisor.
 *
 * @returns false when no lab was running
 */
export async function stopLab(
  paths: StatePaths,
  options: { env: Env; say: (line: string) => void; whenStopped?: () => Promise<void> },
): Promise<boolean> {
  // A start creates the lock before the marker.
  if (!existsSync(paths.marker) && !existsSync(paths.lock)) return false;
  const { lock, isStartCancelled } = await takeLockFromStart(paths, options.say);
  try {
    const lab = readLabFile(paths.labFile);
    if (lab && isRunning(lab.supervisor)) {
      await askSupervisor(lab.supervisor, { do: "release" }, { say: options.say, silentMs: answerMs }).catch(
        () => {},
      );
      for (let waited = 0; waited < answerMs && isRunning(lab.supervisor); waited += 25) await delay(25);
      if (isRunning(lab.supervisor)) {
        options.say(`the supervisor (pid ${lab.supervisor.pid}) does not answer; killing it`);
        // Not SIGTERM: then it would end the lab at the same time as this command.
        process.kill(lab.supervisor.pid, "SIGKILL");
        await endProcess(lab.supervisor, { graceMs: 0 });
      }
    }
    // Read again: the supervisor's last list.
    const left = readLabFile(paths.labFile);
    if (left) {
      await endProcesses(left.processes, options);
      removeLabFile(paths.labFile);
    }
    await options.whenStopped?.();
    return isStartCancelled || left !== undefined;
  } finally {
    lock.release();
  }
}
