import { setTimeout as delay } from "node:timers/promises";
import type Docker from "dockerode";
import { HoldupError } from "../../core/errors.ts";
import { createProgress } from "../../core/progress.ts";
import { type Context, notice, print } from "../context.ts";
import type { Lab } from "../lab.ts";
import { fileLogs } from "../logs/log-files.ts";
import type { LabFile } from "../state/lab-file.ts";
import { statePaths } from "../state/paths.ts";
import { endpointsOf, findLab, runningLab } from "../state/running-lab.ts";
import { checkStateDir, removeState } from "../state/state-dir.ts";
import { connectEngine } from "../system/docker/connect-engine.ts";
import { findDocker, removeVolume } from "../system/docker/docker-cli.ts";
import { untilInterrupted } from "../system/interrupt.ts";
import { isRunning } from "../system/process/identity.ts";
import { readContainers } from "../usage/container-reading.ts";
import { readProcesses } from "../usage/process-reading.ts";
import type { Reading } from "../usage/samples.ts";
import { containerName } from "./infra/docker-run.ts";
import { readStatus } from "./lab-status.ts";
import { startLab } from "./start/start-lab.ts";
import { stopLab } from "./stop-lab.ts";
import { askSupervisor } from "./supervisor/ask-supervisor.ts";

const answerMs = 5000;

/** The lab of local processes: its state folder lists what runs, its supervisor makes changes. */
export function embeddedLab(context: Context): Lab {
  const { env } = context;
  const paths = () => statePaths(context.config().stateDir);
  let engine: Promise<Docker | undefined> | undefined;

  async function connect(): Promise<Docker | undefined> {
    const { path } = await findDocker(env);
    return path === undefined ? undefined : connectEngine(path, env);
  }

  async function removeVolumes(stateDir: string): Promise<void> {
    const { path, answers } = await findDocker(env);
    if (!path || !answers) return;
    await removeVolume(path, containerName(stateDir, "kafka"));
    await removeVolume(path, containerName(stateDir, "redis"));
  }

  /** For a `docker run` process, the reading is the container's. */
  async function readingsOf({ processes }: Pick<LabFile, "processes">): Promise<readonly Reading[]> {
    const running = processes.flatMap(({ name, service, running: identity, container }) =>
      identity && isRunning(identity) ? [{ name, service, pid: identity.pid, container }] : [],
    );
    const inContainers = running.flatMap(({ name, service, container }) =>
      container === undefined ? [] : [{ id: container, name, service }],
    );
    if (inContainers.length > 0) engine ??= connect().catch(() => undefined);
    const connected = await engine;
    // The engine may start later.
    if (!connected) engine = undefined;
    const readings = await Promise.all([
      readProcesses(running.filter(({ container }) => container === undefined)),
      connected ? readContainers(connected, inContainers) : [],
    ]);
    return readings.flat();
  }

  return {
    kind: "embedded",
    async isUp() {
      const lab = findLab(context.config());
      return lab?.isUp === true && isRunning(lab.supervisor);
    },
    async address() {
      const config = context.config();
      const lab = findLab(config);
      const endpoints = lab && endpointsOf(lab);
      return {
        apiUrl: endpoints?.apiUrl ?? config.apiUrl,
        jaegerUrl: endpoints?.jaegerUrl ?? config.jaegerUrl,
        redisUrl: endpoints?.redisUrl ?? config.redisUrl,
        consoleUrl: endpoints?.consoleUrl,
      };
    },
    start: (options) => startLab(context, options),
    async waitUntilStopped() {
      const lab = findLab(context.config());
      if (!lab) return;
      print(context, "Ctrl-C stops the lab.");
      await untilInterrupted(async (signal) => {
        while (!signal.aborted && isRunning(lab.supervisor)) await delay(200);
        if (signal.aborted) await stopLab(paths(), { env, say: (line) => notice(context, line) });
      });
      print(context, "The lab has stopped.");
    },
    async stop({ clean }) {
      const own = paths();
      const progress = createProgress(context.error);
      let isRemoved = false;
      const hasStopped = await stopLab(own, {
        env,
        say: progress.done,
        whenStopped: async () => {
          if (!clean) return;
          await removeVolumes(own.dir);
          isRemoved = removeState(own);
        },
      });
      print(context, hasStopped ? "The lab has stopped." : "The lab is not running.");
      if (!clean) return;
      if (isRemoved) {
        print(context, `Data and logs in ${own.dir} have been removed.`);
        return;
      }
      // Throws when the folder has files that are not a lab's.
      checkStateDir(own);
      print(context, `There is nothing to remove in ${own.dir}.`);
    },
    async status() {
      const lab = findLab(context.config());
      if (!lab) return undefined;
      const supervisor = { name: "supervisor", service: "supervisor", pid: lab.supervisor.pid };
      const read = async () => [...(await readProcesses([supervisor])), ...(await readingsOf(lab))];
      return readStatus(lab, read);
    },
    partitionsOf: async () => runningLab(context.config()).partitionsOf,
    async scale(service, replicas, say) {
      const { supervisor } = runningLab(context.config());
      await askSupervisor(supervisor, { do: "scale", service, replicas }, { say, silentMs: answerMs });
    },
    async restart(name, say) {
      const { supervisor, processes } = runningLab(context.config());
      if (!processes.some((entry) => entry.service === name)) {
        throw new HoldupError("HOLDUP_USAGE", `${name} is not one of this lab's processes.`);
      }
      await askSupervisor(supervisor, { do: "restart", service: name }, { say, silentMs: answerMs });
    },
    logs: (name) => fileLogs(paths().logs, name),
    readings: async () => readingsOf(runningLab(context.config())),
  };
}
