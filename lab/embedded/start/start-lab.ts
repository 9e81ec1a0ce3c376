import { HoldupError, messageOf } from "../../../core/errors.ts";
import { durationOfMs } from "../../../core/format.ts";
import { createProgress } from "../../../core/progress.ts";
import { settings } from "../../../shared/settings.ts";
import type { Context } from "../../context.ts";
import type { Started } from "../../lab.ts";
import { changedSettings } from "../../settings/changed-settings.ts";
import { embeddedPorts } from "../../settings/lab-ports.ts";
import type { Replicas } from "../../settings/replicas.ts";
import { takeLock } from "../../state/lock.ts";
import { statePaths } from "../../state/paths.ts";
import { endpointsOf, runningLab } from "../../state/running-lab.ts";
import { checkStateDir, makeFolder, prepareStateDir } from "../../state/state-dir.ts";
import type { Env } from "../../system/env.ts";
import { checkPorts } from "../../system/ports/check-ports.ts";
import { buildPage } from "./build-page.ts";
import { compile } from "./compile.ts";
import { endLeftovers } from "./end-leftovers.ts";
import { prepareInfra } from "./prepare-infra.ts";
import { spawnSupervisor } from "./spawn-supervisor.ts";

/** @throws HoldupError HOLDUP_CONFIG_INVALID when I/O operations could not write to their folder */
function checkWorkDir(env: Env): void {
  const dir = env[settings.workDir.variable]?.trim();
  if (!dir) return;
  try {
    makeFolder(dir);
  } catch (cause) {
    throw new HoldupError(
      "HOLDUP_CONFIG_INVALID",
      `HOLDUP_WORK_DIR: cannot write to ${dir} (${messageOf(cause)}).`,
      { cause },
    );
  }
}

/**
 * Starts the lab of the state folder, unless it runs.
 *
 * @throws HoldupError when it cannot start; everything that was started has been ended then
 */
export async function startLab(
  context: Context,
  options: { replicas: Replicas; signal: AbortSignal },
): Promise<Started> {
  const { root, env } = context;
  const { replicas, signal } = options;
  const config = context.config();
  const paths = statePaths(config.stateDir);
  const progress = createProgress(context.error);
  const startedMs = Date.now();
  checkStateDir(paths);
  const lock = await takeLock(paths, "start", { say: progress.done, signal });
  try {
    prepareStateDir(paths);
    checkWorkDir(env);
    const running = await endLeftovers(paths, { env, say: progress.done });
    if (running) {
      return {
        isNew: false,
        summary: `The lab is already running (supervisor pid ${running.supervisor.pid}).`,
        endpoints: endpointsOf(running),
        changedSettings: changedSettings(running.settings, env),
      };
    }
    // In parallel with everything else: only the last line waits for it.
    const pageBuilt = buildPage({ root, env, progress, signal });
    const [, prepare] = await Promise.all([
      checkPorts(embeddedPorts(config), config.portOffset),
      prepareInfra({ root, env, external: config.external, progress, signal }),
    ]);
    const [infra] = await Promise.all([prepare(), compile({ root, env, signal })]);
    await spawnSupervisor({ root, env, paths, plan: { replicas, infra }, progress, signal });
    await pageBuilt;
    return {
      isNew: true,
      summary: `The lab is ready after ${durationOfMs(Date.now() - startedMs)}.`,
      endpoints: endpointsOf(runningLab(config)),
      changedSettings: [],
    };
  } finally {
    lock.release();
  }
}
