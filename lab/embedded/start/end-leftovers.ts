import { setTimeout as delay } from "node:timers/promises";
import type { Env } from "../../settings/lab-config.ts";
import { isRunning } from "../../system/process/identity.ts";
import { type LabFile, readLabFile, removeLabFile } from "../state/lab-file.ts";
import type { StatePaths } from "../state/paths.ts";
import { endProcesses } from "../supervisor/end-processes.ts";

const calledOffMs = 60_000;

/**
 * Looks for a lab in this state folder. One whose supervisor died is ended, process by process, so that a new one can
 * start; one whose start was broken off is waited for.
 *
 * @returns the lab that is running, or undefined when nothing is left of any
 */
export async function clearRemains(
  paths: StatePaths,
  options: { env: Env; say: (line: string) => void },
): Promise<LabFile | undefined> {
  const lab = readLabFile(paths.labFile);
  if (!lab) return undefined;
  if (isRunning(lab.supervisor)) {
    if (lab.isUp) return lab;
    options.say("a start that was broken off is still being undone; waiting for it");
    const deadline = Date.now() + calledOffMs;
    while (isRunning(lab.supervisor) && Date.now() < deadline) await delay(100);
  }
  // Read anew: the processes of the moment when the supervisor ended.
  const left = readLabFile(paths.labFile);
  if (!left) return undefined;
  const alive = left.processes.filter(({ running }) => running && isRunning(running));
  if (alive.length > 0) {
    const names = alive.map(({ name }) => name).join(", ");
    options.say(`the supervisor (pid ${left.supervisor.pid}) is gone; ending what it left: ${names}`);
  }
  await endProcesses(left.processes, options);
  removeLabFile(paths.labFile);
  return undefined;
}
