import { HoldupError } from "../../core/errors.ts";
import type { Context } from "../context.ts";
import { readLabConfig } from "../settings/lab-config.ts";
import { isRunning } from "../system/process/identity.ts";
import { type LabFile, readLabFile } from "./state/lab-file.ts";
import { statePaths } from "./state/paths.ts";

/** The lab of this state folder as its supervisor last wrote it, or undefined when none was started. */
export function findLab(context: Context): LabFile | undefined {
  return readLabFile(statePaths(readLabConfig(context.env, context.root).stateDir).labFile);
}

/**
 * The lab that is running, for verbs that need one and its supervisor.
 *
 * @throws HoldupError HOLDUP_LAB_NOT_RUNNING
 */
export function runningLab(context: Context): LabFile {
  const lab = findLab(context);
  if (!lab)
    throw new HoldupError("HOLDUP_LAB_NOT_RUNNING", "The lab is not running. Start it: ./holdup start");
  if (!isRunning(lab.supervisor)) {
    throw new HoldupError(
      "HOLDUP_LAB_NOT_RUNNING",
      `The lab's supervisor (pid ${lab.supervisor.pid}) is gone. Start the lab anew: ./holdup start`,
    );
  }
  return lab;
}
