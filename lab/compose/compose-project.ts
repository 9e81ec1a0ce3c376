import type Docker from "dockerode";
import type { Env } from "../settings/lab-config.ts";

const label = (name: string) => `com.docker.compose.${name}`;

/** One container of the project, the one-shot left out. */
export type Container = {
  readonly id: string;
  /** As without Compose: `processing-service-2`, and `kafka` for what runs once. */
  readonly name: string;
  readonly service: string;
  readonly number: number;
  readonly state: string;
  readonly health: "healthy" | "unhealthy" | "starting" | undefined;
  /** Ports of this machine, by the container's. */
  readonly ports: ReadonlyMap<number, number>;
};

/** Runs once at each start and ends. */
const oneShot = "topics";
const defaultProject = "holdup";

/** As docker compose itself chooses: COMPOSE_PROJECT_NAME, else the name in docker-compose.yml. */
export function projectName(env: Env): string {
  return env["COMPOSE_PROJECT_NAME"]?.trim() || defaultProject;
}

function healthIn(status: string): Container["health"] {
  if (status.includes("(healthy)")) return "healthy";
  if (status.includes("(unhealthy)")) return "unhealthy";
  return status.includes("(health: starting)") ? "starting" : undefined;
}

/** From an entry of the engine's list of containers. */
export function containerOf(
  info: Pick<Docker.ContainerInfo, "Id" | "Labels" | "State" | "Status" | "Ports">,
) {
  const service = info.Labels[label("service")] ?? "";
  const number = Number(info.Labels[label("container-number")] ?? 1);
  return {
    id: info.Id,
    name: service.endsWith("-service") ? `${service}-${number}` : service,
    service,
    number,
    state: info.State,
    health: healthIn(info.Status),
    ports: new Map(
      info.Ports.flatMap(({ PrivatePort, PublicPort }) => (PublicPort ? [[PrivatePort, PublicPort]] : [])),
    ),
  } satisfies Container;
}

/** The containers of a project, running or not, by service and number. */
export async function listContainers(
  engine: Docker,
  project: string,
): Promise<{ containers: readonly Container[]; folder: string | undefined }> {
  const found = await engine.listContainers({
    all: true,
    filters: { label: [`${label("project")}=${project}`, `${label("oneoff")}=False`] },
  });
  const containers = found
    .map(containerOf)
    .filter(({ service }) => service !== oneShot)
    .sort((a, b) => a.service.localeCompare(b.service) || a.number - b.number);
  return { containers, folder: found[0]?.Labels[label("project.working_dir")] };
}
