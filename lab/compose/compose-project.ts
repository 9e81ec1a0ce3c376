import type Docker from "dockerode";
import { connectEngine } from "../system/docker/connect-engine.ts";
import { findEngine } from "../system/docker/find-engine.ts";
import type { Env } from "../system/env.ts";

/** One container of the project; the one-shot container is left out. */
export type Container = {
  readonly id: string;
  /** The same as without Compose: `processing-service-2`, or `kafka` for a process that runs once. */
  readonly name: string;
  readonly service: string;
  readonly number: number;
  readonly state: string;
  readonly health: "healthy" | "unhealthy" | "starting" | undefined;
  /** This machine's port for each published port of the container. */
  readonly ports: ReadonlyMap<number, number>;
};

/** The Compose lab as its engine reports it; nothing about it is stored elsewhere. */
export type ComposeProject = {
  readonly docker: string;
  readonly engine: Docker;
  readonly containers: readonly Container[];
  /** Folder of the docker-compose.yml from which it was started; undefined without containers. */
  readonly folder: string | undefined;
};

/** Runs once at each start and ends. */
const oneShot = "topics";
const defaultProject = "holdup";

const label = (name: string) => `com.docker.compose.${name}`;

/** The name that docker compose itself would use: COMPOSE_PROJECT_NAME, else the name in docker-compose.yml. */
export function projectName(env: Env): string {
  return env["COMPOSE_PROJECT_NAME"]?.trim() || defaultProject;
}

/** @throws HoldupError HOLDUP_INFRA_MISSING, one line, when no engine can run the lab */
export async function openEngine(env: Env): Promise<Pick<ComposeProject, "docker" | "engine">> {
  const { docker } = await findEngine(env);
  return { docker, engine: await connectEngine(docker, env) };
}

/** Throws as `openEngine` does. */
export async function openProject(env: Env): Promise<ComposeProject> {
  const opened = await openEngine(env);
  return { ...opened, ...(await listContainers(opened.engine, projectName(env))) };
}

/** The containers of a project, running or not, by service and number. */
export async function listContainers(
  engine: Docker,
  project: string,
): Promise<Pick<ComposeProject, "containers" | "folder">> {
  const found = await engine.listContainers({
    all: true,
    filters: { label: [`${label("project")}=${project}`, `${label("oneoff")}=False`] },
  });
  const containers = found
    .map(toContainer)
    .filter(({ service }) => service !== oneShot)
    .sort((a, b) => a.service.localeCompare(b.service) || a.number - b.number);
  return { containers, folder: found[0]?.Labels[label("project.working_dir")] };
}

function toContainer({ Id, Labels, State, Status, Ports }: Docker.ContainerInfo): Container {
  const service = Labels[label("service")] ?? "";
  const number = Number(Labels[label("container-number")] ?? 1);
  return {
    id: Id,
    name: service.endsWith("-service") ? `${service}-${number}` : service,
    service,
    number,
    state: State,
    health: healthIn(Status),
    ports: new Map(
      Ports.flatMap(({ PrivatePort, PublicPort }) => (PublicPort ? [[PrivatePort, PublicPort]] : [])),
    ),
  };
}

function healthIn(status: string): Container["health"] {
  if (status.includes("(healthy)")) return "healthy";
  if (status.includes("(unhealthy)")) return "unhealthy";
  return status.includes("(health: starting)") ? "starting" : undefined;
}

/** Ports that the containers publish, and the URLs there; undefined where a container does not run. */
export function publishedPorts(containers: readonly Container[]) {
  const published = (service: string, port: number) =>
    containers.find((one) => one.service === service && one.ports.has(port))?.ports.get(port);
  const url = (port: number | undefined) => (port === undefined ? undefined : `http://127.0.0.1:${port}`);
  // Kafka listens on the same port inside, so that the address it advertises is right on both sides.
  const kafka = containers.find(({ service }) => service === "kafka");
  const ports = {
    kafkaPort: [...(kafka?.ports.values() ?? [])].at(0),
    redisPort: published("redis", 6379),
    otlpPort: published("jaeger", 4318),
    otlpGrpcPort: published("jaeger", 4317),
    jaegerPort: published("jaeger", 16_686),
    apiPort: published("api-service", 8080),
    consolePort: published("console", 8080),
  };
  return {
    ...ports,
    apiUrl: url(ports.apiPort),
    consoleUrl: url(ports.consolePort),
    jaegerUrl: url(ports.jaegerPort),
  };
}
