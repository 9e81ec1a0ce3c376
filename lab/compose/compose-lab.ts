import { setTimeout as delay } from "node:timers/promises";
import { HoldupError } from "../../core/errors.ts";
import { createKafka } from "../../shared/kafka/client.ts";
import { describeLag } from "../../shared/kafka/offsets.ts";
import { createLogger } from "../../shared/telemetry/log.ts";
import { type Context, print } from "../context.ts";
import type { Lab } from "../lab.ts";
import { readLabConfig } from "../settings/lab-config.ts";
import { partitionsIn } from "../settings/partitions.ts";
import { createProgress } from "../system/progress.ts";
import { composeAddress } from "./address.ts";
import { restartContainers, scaleContainers } from "./change-containers.ts";
import { composeCommand } from "./compose-command.ts";
import { listContainers, projectName } from "./compose-project.ts";
import { lookAtContainers } from "./compose-status.ts";
import { containerLogs, containersNamed } from "./container-logs.ts";
import { type ComposeProject, openProject } from "./open-project.ts";
import { readContainers } from "./read-containers.ts";
import { startCompose } from "./start-compose.ts";

/** The lab that Docker Compose runs. All that is known of it is asked of the engine. */
export function composeLab(context: Context): Lab {
  const { env, root } = context;
  let opened: Promise<ComposeProject> | undefined;
  const project = async (): Promise<ComposeProject> => {
    opened ??= openProject(env);
    const found = await opened;
    // Containers come and go; the engine stays.
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
    others: ["console", "kafka", "redis", "jaeger"],
    async isUp() {
      const { containers } = await project();
      const states = containers.map(({ state, health }) => state === "running" && health !== "unhealthy");
      return states.length > 0 && states.every(Boolean);
    },
    async address() {
      const { containers } = await project();
      const { apiUrl, jaegerUrl, redisPort, consoleUrl } = composeAddress(containers);
      const { ports } = readLabConfig(env, root);
      const planned = (port: number) => `http://127.0.0.1:${port}`;
      return {
        apiUrl: apiUrl ?? planned(ports.api),
        jaegerUrl: jaegerUrl ?? planned(ports.jaeger),
        redisUrl: `redis://127.0.0.1:${redisPort ?? ports.redis}`,
        consoleUrl,
      };
    },
    start: (options) => startCompose(context, options),
    async stay() {
      const abort = new AbortController();
      process.once("SIGINT", () => abort.abort());
      process.once("SIGTERM", () => abort.abort());
      print(context, "Ctrl-C stops the lab.");
      while (!abort.signal.aborted && (await project()).containers.some(({ state }) => state === "running")) {
        await delay(1000, undefined, { signal: abort.signal }).catch(() => {});
      }
      if (abort.signal.aborted) await lab.stop({ clean: false });
      else print(context, "The Compose lab has stopped.");
    },
    async stop({ clean }) {
      const { docker, containers } = await project();
      const progress = createProgress(context.error);
      const compose = composeCommand({ docker, root, env });
      const down = ["down", "--remove-orphans", ...(clean ? ["--volumes"] : [])];
      await compose(down, { heard: (line) => progress.now(line) }).finally(progress.clear);
      print(
        context,
        containers.length > 0 ? "The Compose lab has stopped." : "The Compose lab is not running.",
      );
      if (clean) print(context, "Its data is removed.");
    },
    async status() {
      const { engine, containers } = await project();
      return containers.length > 0 ? lookAtContainers(engine, containers) : undefined;
    },
    async partitionsOf() {
      const { kafkaPort } = composeAddress((await running()).containers);
      const log = createLogger({ service: "lab", instance: "lab", level: "silent" });
      const kafka = createKafka({ brokers: [`127.0.0.1:${kafkaPort}`], clientId: "lab", log });
      // Only for a hint.
      return partitionsIn(await describeLag(kafka).catch(() => []));
    },
    async scale(service, replicas) {
      await scaleContainers(await running(), { root, env }, service, replicas);
    },
    async restart(service, say) {
      await restartContainers(await running(), service === "trace-store" ? "jaeger" : service, say);
    },
    async logs(name) {
      const { engine, containers } = await project();
      // Once, to refuse a name that is none.
      if (containers.length > 0) containersNamed(containers, name);
      return containerLogs(engine, async () => {
        const { containers: now } = await project();
        return now.length === 0 ? [] : containersNamed(now, name);
      });
    },
    async readings() {
      const { engine, containers } = await running();
      return readContainers(engine, containers);
    },
  };
  return lab;
}
