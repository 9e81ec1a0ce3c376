import { readFileSync } from "node:fs";
import { join } from "node:path";
import { HoldupError } from "../../core/errors.ts";
import { durationOfMs } from "../../core/format.ts";
import { createProgress } from "../../core/progress.ts";
import { type Context, notice } from "../context.ts";
import type { Endpoints, Started } from "../lab.ts";
import { changedSettings } from "../settings/changed-settings.ts";
import { composePorts } from "../settings/lab-ports.ts";
import type { Replicas } from "../settings/replicas.ts";
import { pullMissing } from "../system/docker/images.ts";
import { checkPorts } from "../system/ports/check-ports.ts";
import { type ComposeCommand, composeCommand } from "./compose-command.ts";
import { composeEnv, ignoredIn, serviceSettings, settingsOfContainer } from "./compose-env.ts";
import {
  type ComposeProject,
  listContainers,
  openProject,
  projectName,
  publishedPorts,
} from "./compose-project.ts";

/** Longest time from the last image to a lab that is ready; the first start of Kafka takes most of it. */
const readyWithinS = 240;

/** The upstream images in docker-compose.yml and the Dockerfile. */
export function upstreamImages(compose: string, dockerfile: string): string[] {
  const run = [...compose.matchAll(/^\s+image: (\S+)/gm)].map(([, image]) => image ?? "");
  const base = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image ?? "");
  // Without a tag it is a stage of the build; with a variable it is our own image.
  return [...new Set([...run, ...base])].filter((image) => image.includes(":") && !image.includes("$"));
}

function imagesIn(root: string): string[] {
  const read = (file: string) => readFileSync(join(root, file), "utf8");
  return upstreamImages(read("docker-compose.yml"), read("Dockerfile"));
}

function endpointsOf(containers: ComposeProject["containers"]): Endpoints {
  const { apiUrl, consoleUrl, jaegerUrl, kafkaPort, redisPort } = publishedPorts(containers);
  return {
    apiUrl,
    consoleUrl,
    jaegerUrl,
    brokers: [`127.0.0.1:${kafkaPort}`],
    redisUrl: `redis://127.0.0.1:${redisPort}`,
  };
}

/** The last lines of the containers that made `docker compose up` fail. */
async function logsOfFailed(compose: ComposeCommand, message: string): Promise<string> {
  const failed = [
    ...message.matchAll(/container \S*?-((?:[a-z]+-service|[a-z]+))-\d+ (?:is unhealthy|exited)/g),
  ];
  const services = [...new Set(failed.map(([, service]) => service ?? ""))];
  if (services.length === 0) return "";
  const logs = await compose(["logs", "--no-color", "--tail", "5", ...services]).catch(() => "");
  return logs === "" ? "" : `\nThe end of its log:\n${logs.trimEnd()}`;
}

/** The settings of the lab's running services; undefined when its API does not run. */
async function runningSettings({
  engine,
  containers,
}: ComposeProject): Promise<Record<string, string> | undefined> {
  const api = containers.find(({ service, state }) => service === "api-service" && state === "running");
  if (!api) return undefined;
  const { Config } = await engine.getContainer(api.id).inspect();
  return settingsOfContainer(Config.Env);
}

/**
 * Starts the Compose lab, unless it runs.
 *
 * @throws HoldupError when it cannot start; what was started has been ended then, unless some of it ran before
 */
export async function startCompose(
  context: Context,
  options: { replicas: Replicas; signal: AbortSignal },
): Promise<Started> {
  const { root, env } = context;
  const { replicas, signal } = options;
  const config = context.config();
  const progress = createProgress(context.error);
  const startedMs = Date.now();
  const ignored = ignoredIn(env);
  if (ignored.length > 0)
    notice(
      context,
      `Compose runs its own Kafka, Redis and Jaeger; these settings have no effect: ${ignored.join(", ")}.`,
    );

  const before = await openProject(env);
  const running = await runningSettings(before);
  if (
    running &&
    before.containers.every(({ state, health }) => state === "running" && health !== "unhealthy")
  ) {
    return {
      isNew: false,
      summary: "The Compose lab is already running.",
      endpoints: endpointsOf(before.containers),
      changedSettings: changedSettings(running, serviceSettings(env)),
    };
  }
  const ranBefore = before.containers.some(({ state }) => state === "running");
  if (!ranBefore) await checkPorts(composePorts(config), config.portOffset);
  const compose = composeCommand({ docker: before.docker, root, env: composeEnv(env, config.ports) });
  await pullMissing(before.docker, imagesIn(root), { env, progress, signal });
  const onLine = (line: string) => progress.now(line);
  progress.now("building the image of the services");
  await compose(["build"], { onLine, signal });
  progress.done("the image of the services is built");
  const scales = Object.entries(replicas).flatMap(([service, count]) => ["--scale", `${service}=${count}`]);
  const up = ["up", "--detach", "--wait", "--wait-timeout", String(readyWithinS), ...scales];
  try {
    await compose(up, { onLine, signal });
  } catch (thrown) {
    progress.clear();
    const logs = signal.aborted ? "" : await logsOfFailed(compose, String(thrown));
    if (!ranBefore) await compose(["down", "--timeout", "10"]).catch(() => {});
    if (!(thrown instanceof HoldupError)) throw thrown;
    throw new HoldupError(thrown.code, `${thrown.message}${logs}`, { cause: thrown });
  }
  progress.clear();
  const { containers } = await listContainers(before.engine, projectName(env));
  return {
    isNew: true,
    summary: `The Compose lab is ready after ${durationOfMs(Date.now() - startedMs)}.`,
    endpoints: endpointsOf(containers),
    changedSettings: [],
  };
}
