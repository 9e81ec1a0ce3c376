import { setTimeout as delay } from "node:timers/promises";
import type Docker from "dockerode";
import { HoldupError } from "../../core/errors.ts";
import type { ServiceName } from "../../shared/pipeline/stages.ts";
import type { Env } from "../system/env.ts";
import { composeCommand } from "./compose-command.ts";
import { envOfRunning, settingsOfContainer } from "./compose-env.ts";
import { type ComposeProject, type Container, publishedPorts } from "./compose-project.ts";

const readyWithinMs = 120_000;
/** Longest time from SIGTERM to SIGKILL, the same as in docker-compose.yml for a service. */
const graceS = 35;

type Place = { readonly root: string; readonly env: Env };
type Say = (line: string) => void;

/** Brings a service to `count` containers: when this resolves, new ones are healthy and surplus ones are removed. */
export async function scaleContainers(
  { docker, engine, containers }: ComposeProject,
  { root, env }: Place,
  service: ServiceName,
  count: number,
): Promise<void> {
  const model =
    containers.find((one) => one.service === service) ??
    containers.find((one) => one.service === "api-service");
  const given = model ? settingsOfContainer((await engine.getContainer(model.id).inspect()).Config.Env) : {};
  const running = envOfRunning(env, given, publishedPorts(containers));
  const compose = composeCommand({ docker, root, env: running });
  const up = ["up", "--detach", "--no-build", "--no-recreate", "--no-deps", "--wait"];
  await compose([...up, "--timeout", String(graceS), "--scale", `${service}=${count}`, service]);
}

async function whenHealthy(engine: Docker, { id, name }: Container): Promise<void> {
  const deadline = Date.now() + readyWithinMs;
  for (;;) {
    const { State } = await engine.getContainer(id).inspect();
    // A container without a health check is ready when it runs.
    if (State.Running && (State.Health?.Status ?? "healthy") === "healthy") return;
    if (Date.now() > deadline) {
      throw new HoldupError(
        "HOLDUP_INFRA_FAILED",
        `${name} was not ready within ${readyWithinMs / 1000} s; see ./holdup logs ${name}.`,
      );
    }
    await delay(200);
  }
}

/** Restarts one container of a service after the other, so that the others continue to work. */
export async function restartContainers(
  { engine, containers }: ComposeProject,
  service: string,
  say: Say,
): Promise<void> {
  const replicas = containers.filter((one) => one.service === service);
  if (replicas.length === 0)
    throw new HoldupError("HOLDUP_USAGE", `${service} is not one of this lab's containers.`);
  for (const container of replicas) {
    await engine.getContainer(container.id).restart({ t: graceS });
    await whenHealthy(engine, container);
    say(`${container.name} is ready again`);
  }
}
