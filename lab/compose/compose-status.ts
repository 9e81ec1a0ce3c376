import { setTimeout as delay } from "node:timers/promises";
import type Docker from "dockerode";
import { createKafka } from "../../shared/kafka/client.ts";
import { createLogger } from "../../shared/telemetry/log.ts";
import type { ProcessStatus, Status } from "../embedded/lab-status.ts";
import { answersOk } from "../system/ports/probe.ts";
import { sampleOf } from "../usage/sample.ts";
import { lookAtQueues } from "../usage/status.ts";
import { composeAddress } from "./address.ts";
import type { Container } from "./compose-project.ts";
import { readContainers } from "./read-containers.ts";

const windowMs = 1000;

const kinds: Readonly<Record<string, ProcessStatus["kind"]>> = {
  kafka: "kafka",
  redis: "redis",
  jaeger: "trace-store",
  console: "console",
};

/** What the engine says of a container, in the lab's words. */
export function stateOf({ state, health }: Pick<Container, "state" | "health">): ProcessStatus["state"] {
  if (state === "restarting") return "pausing";
  if (state === "exited" || state === "created") return "stopped";
  if (state !== "running") return state === "paused" ? "not ready" : "gone";
  if (health === "starting") return "starting";
  return health === "unhealthy" ? "not ready" : "ready";
}

function lastExitOf({ State }: Docker.ContainerInspectInfo, restarts: number): string | undefined {
  if (State.OOMKilled) return "killed: its memory limit was reached";
  if (State.ExitCode !== 0) return `exit status ${State.ExitCode}`;
  return restarts > 0 ? "restarted by Docker" : undefined;
}

/** Jaeger's image promises no program that could ask for its health, so it is asked from here. */
async function liveState(container: Container): Promise<ProcessStatus["state"]> {
  const port = container.ports.get(16_686);
  const state = stateOf(container);
  if (container.service !== "jaeger" || state !== "ready" || port === undefined) return state;
  return (await answersOk(`http://127.0.0.1:${port}/api/services`)) ? "ready" : "not ready";
}

/** Looks at every container of the lab, and at Kafka's queues. */
export async function lookAtContainers(engine: Docker, containers: readonly Container[]): Promise<Status> {
  const address = composeAddress(containers);
  const brokers = address.kafkaPort === undefined ? [] : [`127.0.0.1:${address.kafkaPort}`];
  const log = createLogger({ service: "lab", instance: "lab", level: "silent" });
  const queues =
    brokers.length > 0
      ? lookAtQueues(createKafka({ brokers, clientId: "lab-status", log }))
      : Promise.resolve({ lag: undefined, deadLetters: undefined, kafkaError: "Kafka does not run." });
  const usage = readContainers(engine, containers).then(async (before) => {
    await delay(windowMs);
    const now = await readContainers(engine, containers);
    return new Map(
      now.map((reading) => [
        reading.name,
        sampleOf(
          before.find(({ name }) => name === reading.name),
          reading,
        ),
      ]),
    );
  });
  const processes = await Promise.all(
    containers.map(async (container) => {
      const [inspected, state] = await Promise.all([
        engine.getContainer(container.id).inspect(),
        liveState(container),
      ]);
      const { Pid, StartedAt, Running } = inspected.State;
      const sample = (await usage).get(container.name);
      return {
        name: container.name,
        kind: kinds[container.service] ?? "service",
        state,
        pid: Running ? Pid : undefined,
        uptimeMs: Running ? Date.now() - Date.parse(StartedAt) : undefined,
        restarts: inspected.RestartCount,
        lastExit: lastExitOf(inspected, inspected.RestartCount),
        residentBytes: sample?.memoryBytes,
        cpuPercent: sample?.cpuPercent,
        port: [...container.ports.values()].at(0),
        container: inspected.Name.replace(/^\//, ""),
      };
    }),
  );
  return {
    way: "compose",
    isSupervised: true,
    isReady: processes.every(({ state }) => state === "ready"),
    apiUrl: address.apiUrl,
    consoleUrl: address.consoleUrl,
    jaegerUrl: address.jaegerUrl ?? "not listening",
    brokers,
    processes,
    ...(await queues),
  };
}
