import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type Docker from "dockerode";
import type { Env } from "../env.ts";

const run = promisify(execFile);

/** Address of an engine from docker's notation: unix:///var/run/docker.sock, tcp://host:2375, ssh://user@host. */
function engineAddress(host: string): Docker.DockerOptions {
  if (host.startsWith("unix://")) return { socketPath: host.slice("unix://".length) };
  if (host.startsWith("npipe://")) return { socketPath: host.slice("npipe://".length) };
  const { protocol, hostname, port, username } = new URL(host);
  if (protocol === "ssh:") return { protocol: "ssh", host: hostname, port: port || 22, username };
  return { protocol: port === "2376" ? "https" : "http", host: hostname, port: port || 2375 };
}

/**
 * Connects to the API of the engine that the docker command uses: DOCKER_HOST, which dockerode reads together with its
 * certificates, else the current context. dockerode is loaded on demand because that takes 100 ms.
 */
export async function connectEngine(docker: string, env: Env): Promise<Docker> {
  const { default: Engine } = await import("dockerode");
  if (env["DOCKER_HOST"]) return new Engine();
  const inspect = ["context", "inspect", "--format", "{{.Endpoints.docker.Host}}"];
  const { stdout } = await run(docker, inspect, { env: { ...env }, timeout: 10_000 });
  return new Engine(engineAddress(stdout.trim()));
}
