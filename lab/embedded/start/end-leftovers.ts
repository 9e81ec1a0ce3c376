import { setTimeout as delay } from "node:timers/promises";
import { type LabFile, readLabFile, removeLabFile } from "../../state/lab-file.ts";
import type { StatePaths } from "../../state/paths.ts";
import type { Env } from "../../system/env.ts";
import { isRunning } from "../../system/process/identity.ts";
import { endProcesses } from "../supervisor/end-processes.ts";

const cancelledStartMs = 60_000;

/**
 * Prepares a state folder for a new lab: ends the processes of a lab whose supervisor has died, and waits for the end of a
 * start that was cancelled.
 *
 * @returns the lab when it is running, so that no new one can start; undefined when no process is left
 */
export async function endLeftovers(
  paths: StatePaths,
  options: { env: Env; say: (line: string) => void },
): Promise<LabFile | undefined> {
  const lab = readLabFile(paths.labFile);
  if (!lab) return undefined;
  if (isRunning(lab.supervisor)) {
    if (lab.isUp) return lab;
    options.say("waiting for a cancelled start to end its processes");
    const deadline = Date.now() + cancelledStartMs;
    while (isRunning(lab.supervisor) && Date.now() < deadline) await delay(100);
  }
  // Read again: the processes at the supervisor's end.
  const left = readLabFile(paths.labFile);
  if (!left) return undefined;
  const alive = left.processes.filter(({ running }) => running && isRunning(running));
  if (alive.length > 0) {
    const names = alive.map(({ name }) => name).join(", ");
    options.say(`the supervisor (pid ${left.supervisor.pid}) has died; ending its processes: ${names}`);
  }
  await endProcesses(left.processes, options);
  removeLabFile(paths.labFile);
  return undefined;
}
