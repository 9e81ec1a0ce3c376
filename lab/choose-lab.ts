import { composeLab } from "./compose/compose-lab.ts";
import { openProject } from "./compose/compose-project.ts";
import type { Context } from "./context.ts";
import { embeddedLab } from "./embedded/embedded-lab.ts";
import type { Lab } from "./lab.ts";
import { labSettings } from "./settings/lab-config.ts";
import { findLab } from "./state/running-lab.ts";
import { findProgram } from "./system/process/find-program.ts";

/** Whether Compose runs containers from this folder; another folder's belong to another lab. */
async function runsCompose({ env, root }: Context): Promise<boolean> {
  if (!findProgram("docker", env)) return false;
  const project = await openProject(env).catch(() => undefined);
  return project?.folder === root && project.containers.some(({ state }) => state === "running");
}

/** The lab that `start` starts: Compose's with --compose, else the embedded one. */
export function labToStart(context: Context): Lab {
  return context.asksForCompose() ? composeLab(context) : embeddedLab(context);
}

/**
 * The lab of a command: Compose's with --compose; else the one in the state folder, if any; else Compose's, if it runs from
 * this folder. HOLDUP_STATE_DIR always selects the lab in that folder.
 */
export async function chooseLab(context: Context): Promise<Lab> {
  if (context.asksForCompose()) return composeLab(context);
  const namesFolder = context.env[labSettings.stateDir.variable]?.trim();
  if (findLab(context.config()) || namesFolder || !(await runsCompose(context))) return embeddedLab(context);
  return composeLab(context);
}
