import type Docker from "dockerode";
import { type LiveState, type ProcessStatus, quietKafka, readQueues, type Status } from "../status/status.ts";
import { answersOk } from "../system/ports/probe.ts";
import { type Reading, sampleOnce } from "../usage/samples.ts";
import { type Container, publishedPorts } from "./compose-project.ts";

const kinds: Readonly<Record<string, ProcessStatus["kind"]>> = {
  kafka: "kafka",
  redis: "redis",
  jaeger: "trace-store",
  console: "console",
};

/** The engine's state of a container as a state of the lab's processes. */
function stateOf({ state, health }: Container): LiveState {
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

/** Jaeger's image has no program for a health check, so Jaeger is probed from the host. */
async function liveState(container: Container): Promise<LiveState> {
  const port = container.ports.get(16_686);
  const state = stateOf(container);
  if (container.service !== "jaeger" || state !== "ready" || port === undefined) return state;
  return (await answersOk(`http://127.0.0.1:${port}/api/services`)) ? "ready" : "not ready";
}

/** Checks every container of the lab, and reads Kafka's queues. `read`: readings of the containers. */
export async function readComposeStatus(
  engine: Docker,
  containers: readonly Container[],
  read: () => Promise<readonly Reading[]>,
): Promise<Status> {
  const { apiUrl, consoleUrl, jaegerUrl, kafkaPort } = publishedPorts(containers);
  const brokers = kafkaPort === undefined ? [] : [`127.0.0.1:${kafkaPort}`];
  const queues =
    brokers.length > 0
      ? readQueues(quietKafka(brokers))
      : Promise.resolve({ lag: undefined, deadLetters: undefined, kafkaError: "Kafka is not running." });
  const inspections = containers.map(async (container) => {
    const inspected = engine.getContainer(container.id).inspect();
    const [facts, state] = await Promise.all([inspected, liveState(container)]);
    return { container, inspected: facts, state };
  });
  const [usage, inspected] = await Promise.all([sampleOnce(read), Promise.all(inspections)]);
  const processes = inspected.map(({ container, inspected, state }) => {
    const { Pid, StartedAt, Running } = inspected.State;
    const sample = usage.get(container.name);
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
  });
  return {
    way: "compose",
    isSupervised: true,
    isReady: processes.every(({ state }) => state === "ready"),
    apiUrl,
    consoleUrl,
    jaegerUrl: jaegerUrl ?? "not listening",
    brokers,
    processes,
    ...(await queues),
  };
}
