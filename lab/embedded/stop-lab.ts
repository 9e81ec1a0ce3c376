import { existsSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { Env } from "../settings/lab-config.ts";
import { endProcess } from "../system/process/end-process.ts";
import { isRunning } from "../system/process/identity.ts";
import { takeLock } from "./start/take-lock.ts";
import { readLabFile, removeLabFile } from "./state/lab-file.ts";
import { lockHolder, tryLock } from "./state/lock.ts";
import type { StatePaths } from "./state/paths.ts";
import { askSupervisor } from "./supervisor/ask-supervisor.ts";
import { endProcesses } from "./supervisor/end-processes.ts";

const answerMs = 3000;

/** A start that is under way is called off the way its own Ctrl-C would do it. */
async function callOffStart(paths: StatePaths, say: (line: string) => void) {
  const lock = tryLock(paths, "stop");
  if (lock) return { lock, calledOff: false };
  const other = lockHolder(paths);
  if (other?.verb === "start" && isRunning(other)) {
    say(`./holdup start (pid ${other.pid}) is under way; calling it off`);
    process.kill(other.pid, "SIGINT");
  }
  return { lock: await takeLock(paths, "stop", { say }), calledOff: other?.verb === "start" };
}

/**
 * Ends everything that `start` started and nothing else. The supervisor only hands over; the list on disk says what
 * there is to end, so it makes no difference whether the supervisor still runs.
 *
 * @returns false when no lab was running
 */
export async function stopLab(
  paths: StatePaths,
  options: { env: Env; say: (line: string) => void; whenStopped?: () => Promise<void> },
): Promise<boolean> {
  // A start makes the lock before the marker.
  if (!existsSync(paths.marker) && !existsSync(paths.lock)) return false;
  const { lock, calledOff } = await callOffStart(paths, options.say);
  try {
    const lab = readLabFile(paths.labFile);
    if (lab && isRunning(lab.supervisor)) {
      await askSupervisor(lab.supervisor, { do: "release" }, { say: options.say, silentMs: answerMs }).catch(
        () => {},
      );
      for (let waited = 0; waited < answerMs && isRunning(lab.supervisor); waited += 25) await delay(25);
      if (isRunning(lab.supervisor)) {
        options.say(`The supervisor (pid ${lab.supervisor.pid}) does not answer and is ended`);
        // Without grace: on SIGTERM it would end the lab by itself, beside us.
        process.kill(lab.supervisor.pid, "SIGKILL");
        await endProcess(lab.supervisor, { graceMs: 0 });
      }
    }
    // Read anew: what the supervisor last wrote.
    const left = readLabFile(paths.labFile);
    if (left) {
      await endProcesses(left.processes, options);
      removeLabFile(paths.labFile);
    }
    await options.whenStopped?.();
    return calledOff || left !== undefined;
  } finally {
    lock.release();
  }
}
