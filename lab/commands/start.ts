import { type Command, InvalidArgumentError } from "commander";
import { serviceNames } from "../../shared/topics.ts";
import { type Context, notice, print } from "../context.ts";
import { checkPorts } from "../ports/preflight.ts";
import { wantedPorts } from "../ports/wanted.ts";
import { createProgress } from "../progress.ts";
import { idleReplicasHint, parseReplicas } from "../replicas.ts";
import { type Env, labSettings, readLabConfig } from "../settings.ts";
import { clearRemains } from "../start/clear-remains.ts";
import { prepareInfra } from "../start/prepare-infra.ts";
import { runStart } from "../start/run-start.ts";
import { stay } from "../start/stay.ts";
import { addresses, nextSteps } from "../start/summary.ts";
import { takeLock } from "../start/take-lock.ts";
import { type LabFile, readLabFile } from "../state/lab-file.ts";
import { statePaths } from "../state/paths.ts";
import { prepareStateDir } from "../state/state-dir.ts";

type Options = { portOffset?: string; replicas?: string; foreground?: boolean };

function offset(text: string): string {
  if (!/^\d{1,5}$/.test(text)) throw new InvalidArgumentError("It is a whole number, such as 100.");
  return text;
}

/** @returns the lab that was running already, if so */
async function start(context: Context, env: Env, options: Options, signal: AbortSignal): Promise<boolean> {
  const { root } = context;
  const replicas = parseReplicas(options.replicas);
  const config = readLabConfig(env, root);
  const paths = statePaths(config.stateDir);
  const progress = createProgress(context.error);
  const startedMs = Date.now();
  prepareStateDir(paths);
  const lock = await takeLock(paths, "start", { say: progress.done, signal });
  try {
    const running = await clearRemains(paths, { env, say: progress.done });
    if (running) {
      print(
        context,
        `The lab is running already (supervisor pid ${running.supervisor.pid}).\n${addresses(running)}`,
      );
      print(context, nextSteps(running));
      return false;
    }
    for (const service of serviceNames) {
      const hint = idleReplicasHint(service, replicas[service], config.partitions);
      if (hint) notice(context, hint);
    }
    const [, prepare] = await Promise.all([
      checkPorts(wantedPorts(config), config.portOffset),
      prepareInfra({ root, env, external: config.external, progress, signal }),
    ]);
    const plan = { replicas, way: await prepare() };
    await runStart({ root, env, paths, plan, progress, signal });
  } finally {
    lock.release();
  }
  const lab: LabFile | undefined = readLabFile(paths.labFile);
  if (lab) {
    const seconds = ((Date.now() - startedMs) / 1000).toFixed(1);
    print(context, `The lab is ready after ${seconds} s.\n${addresses(lab)}\n${nextSteps(lab)}`);
  }
  return true;
}

export function startCommand(program: Command, context: Context): void {
  program
    .command("start")
    .description("start Kafka, Redis, the trace store and the four services in the background")
    .option("--port-offset <n>", "add this to every port (default: HOLDUP_PORT_OFFSET or 0)", offset)
    .option("--replicas <list>", "how often a service runs, such as processing=2,analytics=2")
    .option("--foreground", "stay here; Ctrl-C stops the lab")
    .addHelpText("after", "\nExample:\n  ./holdup start --port-offset 100 --replicas processing=2")
    .action(async (options: Options) => {
      const moved = options.portOffset ?? context.env[labSettings.portOffset.variable];
      const env = { ...context.env, [labSettings.portOffset.variable]: moved };
      const abort = new AbortController();
      const callOff = () => abort.abort();
      process.once("SIGINT", callOff);
      process.once("SIGTERM", callOff);
      const isOurs = await start(context, env, options, abort.signal);
      process.removeListener("SIGINT", callOff);
      process.removeListener("SIGTERM", callOff);
      if (options.foreground && isOurs) await stay(context, env);
    });
}
