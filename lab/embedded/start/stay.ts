import { setTimeout as delay } from "node:timers/promises";
import { type Context, notice, print } from "../../context.ts";
import { type Env, readLabConfig } from "../../settings/lab-config.ts";
import { isRunning } from "../../system/process/identity.ts";
import { readLabFile } from "../state/lab-file.ts";
import { statePaths } from "../state/paths.ts";
import { stopLab } from "../stop-lab.ts";

/** Waits until the lab is stopped, here by Ctrl-C or elsewhere by `./holdup stop`. */
export async function stay(context: Context, env: Env): Promise<void> {
  const paths = statePaths(readLabConfig(env, context.root).stateDir);
  const lab = readLabFile(paths.labFile);
  if (!lab) return;
  let isAsked = false;
  const ask = () => {
    isAsked = true;
  };
  process.once("SIGINT", ask);
  process.once("SIGTERM", ask);
  print(context, "Ctrl-C stops the lab.");
  while (!isAsked && isRunning(lab.supervisor)) await delay(200);
  if (isAsked) await stopLab(paths, { env, say: (line) => notice(context, line) });
  print(context, "The lab has stopped.");
}
