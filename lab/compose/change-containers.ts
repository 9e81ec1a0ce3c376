import { setTimeout as delay } from "node:timers/promises";
import type Docker from "dockerode";
import { HoldupError } from "../../core/errors.ts";
import type { ServiceName } from "../../shared/pipeline/stages.ts";
import type { Env } from "../settings/lab-config.ts";
import { composeAddress } from "./address.ts";
import { composeCommand } from "./compose-command.ts";
import { envOfRunning, settingsGiven } from "./compose-env.ts";
import type { Container } from "./compose-project.ts";
import type { ComposeProject } from "./open-project.ts";

const readyWithinMs = 120_000;
/** Longest from SIGTERM to SIGKILL, as docker-compose.yml has it for a service. */
const graceS = 35;

type Place = { readonly root: string; readonly env: Env };
type Say = (line: string) => void;

/** Brings a service to `count` containers; new ones are healthy and surplus ones gone when this resolves. */
export async function scaleContainers(
  { docker, engine, containers }: ComposeProject,
  { root, env }: Place,
  service: ServiceName,
  count: number,
): Promise<void> {
  const model =
    containers.find((one) => one.service === service) ??
    containers.find(({ service: of }) => of === "api-service");
  const given = model ? settingsGiven((await engine.getContainer(model.id).inspect()).Config.Env) : {};
  const running = envOfRunning(env, given, composeAddress(containers));
  const compose = composeCommand({ docker, root, env: running });
  const up = ["up", "--detach", "--no-build", "--no-recreate", "--no-deps", "--wait"];
  await compose([...up, "--timeout", String(graceS), "--scale", `${service}=${count}`, service]);
}

async function whenHealthy(engine: Docker, { id, name }: Container): Promise<void> {
  const deadline = Date.now() + readyWithinMs;
  for (;;) {
    const { State } = await engine.getContainer(id).inspect();
    // What has no health check of its own is ready when it runs.
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

/** One container of a service after the other, so that the others go on working. */
export async function restartContainers(
  { engine, containers }: ComposeProject,
  service: string,
  say: Say,
): Promise<void> {
  const of = containers.filter((one) => one.service === service);
  if (of.length === 0)
    throw new HoldupError("HOLDUP_USAGE", `${service} is not one of this lab's containers.`);
  for (const container of of) {
    await engine.getContainer(container.id).restart({ t: graceS });
    await whenHealthy(engine, container);
    say(`${container.name} is ready again`);
  }
}
