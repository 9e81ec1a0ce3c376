import { composeLab } from "./compose/compose-lab.ts";
import { openProject } from "./compose/open-project.ts";
import type { Context } from "./context.ts";
import { embeddedLab } from "./embedded/embedded-lab.ts";
import { findLab } from "./embedded/running-lab.ts";
import type { Lab } from "./lab.ts";
import { type Env, labSettings } from "./settings/lab-config.ts";
import { findProgram } from "./system/process/find-program.ts";

/** Whether containers of Compose run from this folder. Another folder's are somebody else's lab. */
async function runsCompose({ env, root }: { env: Env; root: string }): Promise<boolean> {
  if (!findProgram("docker", env)) return false;
  const project = await openProject(env).catch(() => undefined);
  return project?.folder === root && project.containers.some(({ state }) => state === "running");
}

/**
 * The lab that a command is about: Compose's with --compose; else the one in the state folder if there is one; else Compose's if that
 * runs from this folder. Who names a state folder means the lab in there.
 */
export async function chooseLab(context: Context): Promise<Lab> {
  if (context.asksForCompose()) return composeLab(context);
  const namesFolder = context.env[labSettings.stateDir.variable]?.trim();
  if (findLab(context) || namesFolder || !(await runsCompose(context))) return embeddedLab(context);
  return composeLab(context);
}
