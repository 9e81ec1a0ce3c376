import type { Command } from "commander";
import { type Context, print } from "../context.ts";
import { containerName, findDocker, removeVolume } from "../infra/docker.ts";
import { createProgress } from "../progress.ts";
import { readLabConfig } from "../settings.ts";
import { statePaths } from "../state/paths.ts";
import { checkStateDir, removeState } from "../state/state-dir.ts";
import { stopLab } from "../stop/stop-lab.ts";

async function removeVolumes(context: Context, stateDir: string): Promise<void> {
  const { path, answers } = await findDocker(context.env);
  if (!path || !answers) return;
  await removeVolume(path, containerName(stateDir, "kafka"));
  await removeVolume(path, containerName(stateDir, "redis"));
}

export function stopCommand(program: Command, context: Context): void {
  program
    .command("stop")
    .description("stop the lab; its data stays")
    .option("--clean", "also remove this lab's data and logs")
    .addHelpText("after", "\nExample:\n  ./holdup stop --clean")
    .action(async ({ clean }: { clean?: boolean }) => {
      const paths = statePaths(readLabConfig(context.env, context.root).stateDir);
      const progress = createProgress(context.error);
      let isRemoved = false;
      const stopped = await stopLab(paths, {
        env: context.env,
        say: progress.done,
        whenStopped: async () => {
          if (!clean) return;
          await removeVolumes(context, paths.dir);
          isRemoved = removeState(paths);
        },
      });
      print(context, stopped ? "The lab has stopped." : "The lab is not running.");
      if (!clean) return;
      if (isRemoved) {
        print(context, `Data and logs in ${paths.dir} are removed.`);
        return;
      }
      // When the folder holds something that is no lab's, this says why it is left alone.
      checkStateDir(paths);
      print(context, `There is nothing to remove in ${paths.dir}.`);
    });
}
