import type { PortBinding } from "../system/ports/check-ports.ts";
import { freePort } from "../system/ports/free-ports.ts";
import { reachableHost } from "../system/ports/probe.ts";
import type { LabConfig } from "./lab-config.ts";

/** The ports that the lab's local processes listen on; those of external services are left out. */
export function embeddedPorts({ ports, external, host }: LabConfig): PortBinding[] {
  const loopback = "127.0.0.1";
  const all = [
    { port: ports.api, address: host, owner: "order API", variable: "HOLDUP_API_PORT" },
    { port: ports.console, address: host, owner: "console", variable: "HOLDUP_CONSOLE_PORT" },
    ...(external.traces
      ? []
      : [
          { port: ports.otlp, address: host, owner: "trace store, OTLP", variable: "HOLDUP_OTLP_PORT" },
          {
            port: ports.jaeger,
            address: host,
            owner: "trace store, query API",
            variable: "HOLDUP_JAEGER_PORT",
          },
        ]),
    ...(external.kafka
      ? []
      : [{ port: ports.kafka, address: loopback, owner: "Kafka", variable: "HOLDUP_KAFKA_PORT" }]),
    ...(external.redis
      ? []
      : [{ port: ports.redis, address: loopback, owner: "Redis", variable: "HOLDUP_REDIS_PORT" }]),
  ];
  return all.filter(({ port }) => port !== 0);
}

/** The ports that the containers of Compose publish. */
export function composePorts({ ports }: LabConfig): PortBinding[] {
  const all: readonly [number, string, string][] = [
    [ports.api, "order API", "HOLDUP_API_PORT"],
    [ports.console, "console", "HOLDUP_CONSOLE_PORT"],
    [ports.jaeger, "Jaeger", "HOLDUP_JAEGER_PORT"],
    [ports.otlp, "Jaeger, OTLP over HTTP", "HOLDUP_OTLP_PORT"],
    [ports.otlpGrpc, "Jaeger, OTLP over gRPC", "HOLDUP_OTLP_GRPC_PORT"],
    [ports.kafka, "Kafka", "HOLDUP_KAFKA_PORT"],
    [ports.redis, "Redis", "HOLDUP_REDIS_PORT"],
  ];
  return all
    .filter(([port]) => port !== 0)
    .map(([port, owner, variable]) => ({ port, address: "127.0.0.1", owner, variable }));
}

/**
 * Replaces port 0 of the API and of the console with a free port: other processes must know these ports before anything
 * listens there. The console sends orders to the API, and the trace store links to the console.
 */
export async function assignFreePorts(config: LabConfig): Promise<LabConfig> {
  const assigned = async (port: number) => port || freePort(config.host);
  const ports = {
    ...config.ports,
    api: await assigned(config.ports.api),
    console: await assigned(config.ports.console),
  };
  const urlOf = (port: number) => `http://${reachableHost(config.host)}:${port}` as const;
  const isDefaultConsole = config.consoleUrl === urlOf(config.ports.console);
  return Object.freeze({
    ...config,
    ports,
    apiUrl: urlOf(ports.api),
    consoleUrl: isDefaultConsole ? urlOf(ports.console) : config.consoleUrl,
  });
}
