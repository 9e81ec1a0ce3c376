import pidusage from "pidusage";
import { HoldupError } from "../../core/errors.ts";
import { type Context, print } from "../context.ts";
import type { Lab } from "../lab.ts";
import { fileLogs } from "../logs/file-logs.ts";
import { readLabConfig } from "../settings/lab-config.ts";
import { connectEngine } from "../system/docker/connect-engine.ts";
import { reachable } from "../system/ports/probe.ts";
import { isRunning } from "../system/process/identity.ts";
import { createProgress } from "../system/progress.ts";
import { containerReading } from "../usage/container-reading.ts";
import { processReading } from "../usage/process-reading.ts";
import { containerName, findDocker, removeVolume } from "./infra/docker-run.ts";
import { look } from "./lab-status.ts";
import { findLab, runningLab } from "./running-lab.ts";
import { startLab } from "./start/start-lab.ts";
import { stay } from "./start/stay.ts";
import { apiUrl, consoleUrl } from "./start/summary.ts";
import { statePaths } from "./state/paths.ts";
import { checkStateDir, removeState } from "./state/state-dir.ts";
import { stopLab } from "./stop-lab.ts";
import { askSupervisor } from "./supervisor/ask-supervisor.ts";

const answerMs = 5000;

/** The lab of local processes: its state folder says what runs, its supervisor does what changes. */
export function embeddedLab(context: Context): Lab {
  const { env, root } = context;
  const paths = () => statePaths(readLabConfig(env, root).stateDir);

  async function removeVolumes(stateDir: string): Promise<void> {
    const { path, answers } = await findDocker(env);
    if (!path || !answers) return;
    await removeVolume(path, containerName(stateDir, "kafka"));
    await removeVolume(path, containerName(stateDir, "redis"));
  }

  /** Of a process that is a `docker run`, what its container uses. */
  async function readContainer(name: string, container: string) {
    const { path } = await findDocker(env);
    if (!path) return undefined;
    const engine = await connectEngine(path, env);
    const stats: unknown = await engine
      .getContainer(container)
      .stats({ stream: false, "one-shot": true })
      .catch(() => undefined);
    return containerReading({ id: container, name, service: name }, stats);
  }

  return {
    others: ["console", "kafka", "redis", "trace-store"],
    async isUp() {
      const lab = findLab(context);
      return lab?.isUp === true && isRunning(lab.supervisor);
    },
    async address() {
      const lab = findLab(context);
      const config = readLabConfig(env, root);
      return {
        apiUrl: (lab && apiUrl(lab)) ?? `http://${reachable(config.host)}:${config.ports.api}`,
        jaegerUrl: lab?.jaegerUrl ?? config.jaegerUrl,
        redisUrl: lab?.redisUrl ?? config.redisUrl,
        consoleUrl: lab && consoleUrl(lab),
      };
    },
    start: (options) => startLab(context, options),
    stay: (given) => stay(context, given),
    async stop({ clean }) {
      const at = paths();
      const progress = createProgress(context.error);
      let isRemoved = false;
      const stopped = await stopLab(at, {
        env,
        say: progress.done,
        whenStopped: async () => {
          if (!clean) return;
          await removeVolumes(at.dir);
          isRemoved = removeState(at);
        },
      });
      print(context, stopped ? "The lab has stopped." : "The lab is not running.");
      if (!clean) return;
      if (isRemoved) {
        print(context, `Data and logs in ${at.dir} are removed.`);
        return;
      }
      // When the folder holds something that is no lab's, this says why it is left alone.
      checkStateDir(at);
      print(context, `There is nothing to remove in ${at.dir}.`);
    },
    async status() {
      const lab = findLab(context);
      return lab && look(lab);
    },
    partitionsOf: async () => runningLab(context).partitionsOf,
    async scale(service, replicas, say) {
      const { supervisor } = runningLab(context);
      await askSupervisor(supervisor, { do: "scale", service, replicas }, { say, silentMs: answerMs });
    },
    async restart(service, say) {
      const { supervisor, processes } = runningLab(context);
      const name = service === "jaeger" ? "trace-store" : service;
      if (!processes.some((entry) => entry.service === name)) {
        throw new HoldupError("HOLDUP_USAGE", `${name} is not one of this lab's processes.`);
      }
      await askSupervisor(supervisor, { do: "restart", service: name }, { say, silentMs: answerMs });
    },
    logs: (name) => fileLogs(paths(), name),
    async readings() {
      const { processes } = runningLab(context);
      const readings = await Promise.all(
        processes.map(({ name, service, running, container }) => {
          if (!running || !isRunning(running)) return undefined;
          return container
            ? readContainer(name, container)
            : processReading({ name, service, pid: running.pid });
        }),
      );
      // It keeps a timer for its history, which readings do not need.
      pidusage.clear();
      return readings.flatMap((reading) => reading ?? []);
    },
  };
}
