import { setTimeout as delay } from "node:timers/promises";
import { HoldupError } from "../../core/errors.ts";
import { createProgress } from "../../core/progress.ts";
import { describeLag } from "../../shared/kafka/offsets.ts";
import { type Context, print } from "../context.ts";
import type { Lab } from "../lab.ts";
import { partitionsByTopic } from "../settings/partitions.ts";
import { quietKafka } from "../status/status.ts";
import { untilInterrupted } from "../system/interrupt.ts";
import { readContainers } from "../usage/container-reading.ts";
import { restartContainers, scaleContainers } from "./change-containers.ts";
import { composeCommand } from "./compose-command.ts";
import {
  type ComposeProject,
  listContainers,
  openEngine,
  projectName,
  publishedPorts,
} from "./compose-project.ts";
import { readComposeStatus } from "./compose-status.ts";
import { containerLogs, containersNamed } from "./container-logs.ts";
import { startCompose } from "./start-compose.ts";

function readingsOf({ engine, containers }: ComposeProject) {
  const running = containers.filter(({ state }) => state === "running" || state === "paused");
  return readContainers(engine, running);
}

/** The lab that Docker Compose runs. All information about it comes from the engine. */
export function composeLab(context: Context): Lab {
  const { env, root } = context;
  let opened: ReturnType<typeof openEngine> | undefined;
  const project = async (): Promise<ComposeProject> => {
    // Containers change; the engine does not.
    opened ??= openEngine(env);
    const found = await opened;
    return { ...found, ...(await listContainers(found.engine, projectName(env))) };
  };
  const running = async (): Promise<ComposeProject> => {
    const found = await project();
    if (found.containers.length > 0) return found;
    throw new HoldupError(
      "HOLDUP_LAB_NOT_RUNNING",
      "The Compose lab is not running. Start it: ./holdup start --compose",
    );
  };

  const lab: Lab = {
    kind: "compose",
    async isUp() {
      const { containers } = await project();
      const states = containers.map(({ state, health }) => state === "running" && health !== "unhealthy");
      return states.length > 0 && states.every(Boolean);
    },
    async address() {
      const { containers } = await project();
      const { apiUrl, jaegerUrl, redisPort, consoleUrl } = publishedPorts(containers);
      const { ports } = context.config();
      const planned = (port: number) => `http://127.0.0.1:${port}`;
      return {
        apiUrl: apiUrl ?? planned(ports.api),
        jaegerUrl: jaegerUrl ?? planned(ports.jaeger),
        redisUrl: `redis://127.0.0.1:${redisPort ?? ports.redis}`,
        consoleUrl,
      };
    },
    start: (options) => startCompose(context, options),
    async waitUntilStopped() {
      const runs = async () => (await project()).containers.some(({ state }) => state === "running");
      print(context, "Ctrl-C stops the lab.");
      await untilInterrupted(async (signal) => {
        while (!signal.aborted && (await runs())) {
          await delay(1000, undefined, { signal }).catch(() => {});
        }
        if (signal.aborted) await lab.stop({ clean: false });
        else print(context, "The Compose lab has stopped.");
      });
    },
    async stop({ clean }) {
      const { docker, containers } = await project();
      const progress = createProgress(context.error);
      const compose = composeCommand({ docker, root, env });
      const down = ["down", "--remove-orphans", ...(clean ? ["--volumes"] : [])];
      await compose(down, { onLine: (line) => progress.now(line) }).finally(progress.clear);
      print(
        context,
        containers.length > 0 ? "The Compose lab has stopped." : "The Compose lab is not running.",
      );
      if (clean) print(context, "Its data has been removed.");
    },
    async status() {
      const { engine, containers } = await project();
      if (containers.length === 0) return undefined;
      return readComposeStatus(engine, containers, async () => readingsOf(await project()));
    },
    async partitionsOf() {
      const { kafkaPort } = publishedPorts((await running()).containers);
      const kafka = quietKafka([`127.0.0.1:${kafkaPort}`]);
      // Only for a warning, so errors are ignored.
      return partitionsByTopic(await describeLag(kafka).catch(() => []));
    },
    async scale(service, replicas) {
      await scaleContainers(await running(), { root, env }, service, replicas);
    },
    async restart(name, say) {
      await restartContainers(await running(), name === "trace-store" ? "jaeger" : name, say);
    },
    async logs(name) {
      const { engine, containers } = await project();
      // Refuses an unknown name at once.
      if (containers.length > 0) containersNamed(containers, name);
      return containerLogs(engine, async () => {
        const { containers: now } = await project();
        return now.length === 0 ? [] : containersNamed(now, name);
      });
    },
    readings: async () => readingsOf(await running()),
  };
  return lab;
}
