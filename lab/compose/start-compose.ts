import { HoldupError } from "../../core/errors.ts";
import { type Context, notice, print } from "../context.ts";
import { addresses, nextSteps, type Where } from "../embedded/start/summary.ts";
import { changedSettings } from "../settings/changed-settings.ts";
import { type Env, readLabConfig } from "../settings/lab-config.ts";
import { parseReplicas } from "../settings/replicas.ts";
import { checkPorts } from "../system/ports/check-ports.ts";
import { composePorts } from "../system/ports/wanted.ts";
import { createProgress } from "../system/progress.ts";
import { composeAddress } from "./address.ts";
import { type ComposeCommand, composeCommand } from "./compose-command.ts";
import { composeEnv, ignoredIn, settingsAlone, settingsGiven } from "./compose-env.ts";
import { pullImages } from "./images.ts";
import { type ComposeProject, openProject } from "./open-project.ts";

/** Longest from the last image to a lab that is ready; the first start of Kafka is the slowest part. */
const readyWithinS = 240;

function whereIs(containers: ComposeProject["containers"]): Where {
  const { apiUrl, consoleUrl, jaegerUrl, kafkaPort, redisPort } = composeAddress(containers);
  return {
    apiUrl,
    consoleUrl,
    jaegerUrl: jaegerUrl ?? "not listening",
    brokers: [`127.0.0.1:${kafkaPort}`],
    redisUrl: `redis://127.0.0.1:${redisPort}`,
  };
}

function told(containers: ComposeProject["containers"]): string {
  const where = whereIs(containers);
  return `${addresses(where)}\n${nextSteps(where)}`;
}

/** The last lines of whatever made `docker compose up` fail. */
async function logsOfFailed(compose: ComposeCommand, message: string): Promise<string> {
  const failed = [
    ...message.matchAll(/container \S*?-((?:[a-z]+-service|[a-z]+))-\d+ (?:is unhealthy|exited)/g),
  ];
  const services = [...new Set(failed.map(([, service]) => service ?? ""))];
  if (services.length === 0) return "";
  const logs = await compose(["logs", "--no-color", "--tail", "5", ...services]).catch(() => "");
  return logs === "" ? "" : `\nThe end of its log:\n${logs.trimEnd()}`;
}

/** The settings that the lab's services run with; undefined when its API does not run. */
async function settingsOf({
  engine,
  containers,
}: ComposeProject): Promise<Record<string, string> | undefined> {
  const api = containers.find(({ service, state }) => service === "api-service" && state === "running");
  if (!api) return undefined;
  const { Config } = await engine.getContainer(api.id).inspect();
  return settingsGiven(Config.Env);
}

/**
 * Starts the Compose lab, unless it runs, and prints where it is.
 *
 * @returns whether it was started now
 * @throws HoldupError when it cannot start; what was started has been ended then, unless some of it ran before
 */
export async function startCompose(
  context: Context,
  options: { env: Env; replicas?: string | undefined; signal: AbortSignal },
): Promise<boolean> {
  const { root } = context;
  const { env, signal } = options;
  const replicas = parseReplicas(options.replicas);
  const config = readLabConfig(env, root);
  const progress = createProgress(context.error);
  const startedMs = Date.now();
  const ignored = ignoredIn(env);
  if (ignored.length > 0)
    notice(context, `Compose brings everything itself; without effect: ${ignored.join(", ")}.`);

  const before = await openProject(env);
  const running = await settingsOf(before);
  if (
    running &&
    before.containers.every(({ state, health }) => state === "running" && health !== "unhealthy")
  ) {
    print(context, `The Compose lab is running already.\n${told(before.containers)}`);
    const changed = changedSettings(running, settingsAlone(env));
    if (changed.length > 0) {
      const names = changed.join(", ");
      notice(
        context,
        `It was started with other settings than this command has: ${names}. To apply them: ./holdup stop --compose, then start.`,
      );
    }
    return false;
  }
  const wasThere = before.containers.some(({ state }) => state === "running");
  if (!wasThere) await checkPorts(composePorts(config), config.portOffset);
  const compose = composeCommand({ docker: before.docker, root, env: composeEnv(env, config.ports) });
  await pullImages({ root, docker: before.docker, env, progress, signal });
  const heard = (line: string) => progress.now(line);
  progress.now("building the image of the services");
  await compose(["build"], { heard, signal });
  progress.done("the image of the services is built");
  const scales = Object.entries(replicas).flatMap(([service, count]) => ["--scale", `${service}=${count}`]);
  const up = ["up", "--detach", "--wait", "--wait-timeout", String(readyWithinS), ...scales];
  try {
    await compose(up, { heard, signal });
  } catch (thrown) {
    progress.clear();
    const logs = signal.aborted ? "" : await logsOfFailed(compose, String(thrown));
    if (!wasThere) await compose(["down", "--timeout", "10"]).catch(() => {});
    if (!(thrown instanceof HoldupError)) throw thrown;
    throw new HoldupError(thrown.code, `${thrown.message}${logs}`, { cause: thrown });
  }
  progress.clear();
  const { containers } = await openProject(env);
  const seconds = ((Date.now() - startedMs) / 1000).toFixed(1);
  print(context, `The Compose lab is ready after ${seconds} s.\n${told(containers)}`);
  return true;
}
