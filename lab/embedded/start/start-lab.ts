import { HoldupError } from "../../../core/errors.ts";
import { settings } from "../../../shared/settings.ts";
import { type Context, notice, print } from "../../context.ts";
import { changedSettings } from "../../settings/changed-settings.ts";
import { type Env, readLabConfig } from "../../settings/lab-config.ts";
import { parseReplicas } from "../../settings/replicas.ts";
import { checkPorts } from "../../system/ports/check-ports.ts";
import { wantedPorts } from "../../system/ports/wanted.ts";
import { createProgress } from "../../system/progress.ts";
import { readLabFile } from "../state/lab-file.ts";
import { statePaths } from "../state/paths.ts";
import { checkStateDir, makeFolder, prepareStateDir } from "../state/state-dir.ts";
import { buildPage } from "./build-page.ts";
import { compile } from "./compile.ts";
import { clearRemains } from "./end-leftovers.ts";
import { prepareInfra } from "./prepare-infra.ts";
import { runStart } from "./spawn-supervisor.ts";
import { addresses, nextSteps, whereIs } from "./summary.ts";
import { takeLock } from "./take-lock.ts";

/** @throws HoldupError HOLDUP_CONFIG_INVALID when I/O operations could not write their files where they are told to */
function checkWorkDir(env: Env): void {
  const dir = env[settings.workDir.variable]?.trim();
  if (!dir) return;
  try {
    makeFolder(dir);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new HoldupError("HOLDUP_CONFIG_INVALID", `HOLDUP_WORK_DIR: cannot write to ${dir} (${why}).`, {
      cause,
    });
  }
}

/**
 * Starts a lab, unless it runs, and prints where it is.
 *
 * @returns whether it was started now
 * @throws HoldupError when it cannot start; everything that was started has been ended then
 */
export async function startLab(
  context: Context,
  options: { env: Env; replicas?: string | undefined; signal: AbortSignal },
): Promise<boolean> {
  const { root } = context;
  const { env, signal } = options;
  const replicas = parseReplicas(options.replicas);
  const config = readLabConfig(env, root);
  const paths = statePaths(config.stateDir);
  const progress = createProgress(context.error);
  const startedMs = Date.now();
  checkStateDir(paths);
  const lock = await takeLock(paths, "start", { say: progress.done, signal });
  try {
    prepareStateDir(paths);
    checkWorkDir(env);
    const running = await clearRemains(paths, { env, say: progress.done });
    if (running) {
      print(
        context,
        `The lab is running already (supervisor pid ${running.supervisor.pid}).\n${addresses(whereIs(running))}`,
      );
      print(context, nextSteps(whereIs(running)));
      const changed = changedSettings(running.settings, env);
      if (changed.length > 0) {
        const names = changed.join(", ");
        notice(
          context,
          `It was started with other settings than this command has: ${names}. To apply them: ./holdup stop, then start.`,
        );
      }
      return false;
    }
    // Beside everything else: nothing waits for it but the last line.
    const pageBuilt = buildPage({ root, env, progress, signal });
    const [, prepare] = await Promise.all([
      checkPorts(wantedPorts(config), config.portOffset),
      prepareInfra({ root, env, external: config.external, progress, signal }),
    ]);
    const [way] = await Promise.all([prepare(), compile({ root, env, signal })]);
    const plan = { replicas, way };
    await runStart({ root, env, paths, plan, progress, signal });
    await pageBuilt;
  } finally {
    lock.release();
  }
  const lab = readLabFile(paths.labFile);
  if (lab) {
    const where = whereIs(lab);
    const seconds = ((Date.now() - startedMs) / 1000).toFixed(1);
    print(context, `The lab is ready after ${seconds} s.\n${addresses(where)}\n${nextSteps(where)}`);
  }
  return true;
}
