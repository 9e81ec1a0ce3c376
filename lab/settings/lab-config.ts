import { isAbsolute, join } from "node:path";
import { HoldupError } from "../../core/errors.ts";
import { readSettings, setting, text, whole } from "../../core/settings.ts";
import { settings } from "../../shared/settings.ts";
import { traceSettings } from "../../tracestore/config.ts";
import type { Env } from "../system/env.ts";
import { reachableHost } from "../system/ports/probe.ts";

const ownPort = whole(1, 65_535);

/** The settings of the lab itself; those of the services are in `shared/settings.ts`. */
export const labSettings = {
  kafkaPort: setting("HOLDUP_KAFKA_PORT", ownPort, 29_092, "port", "Port of the Kafka that the lab starts."),
  redisPort: setting("HOLDUP_REDIS_PORT", ownPort, 6379, "port", "Port of the Redis that the lab starts."),
  otlpPort: setting(
    "HOLDUP_OTLP_PORT",
    ownPort,
    4318,
    "port",
    "Port where the trace store receives spans (OTLP/HTTP).",
  ),
  otlpGrpcPort: setting(
    "HOLDUP_OTLP_GRPC_PORT",
    ownPort,
    4317,
    "port",
    "Port where Jaeger receives spans over gRPC; in Compose only.",
  ),
  jaegerPort: setting(
    "HOLDUP_JAEGER_PORT",
    ownPort,
    16_686,
    "port",
    "Port of the trace store's query API, which is Jaeger's.",
  ),
  portOffset: setting(
    "HOLDUP_PORT_OFFSET",
    whole(0, 60_000),
    0,
    "ports",
    "Added to every port of the lab, to run a second lab or to avoid a taken port.",
  ),
  stateDir: setting(
    "HOLDUP_STATE_DIR",
    text,
    ".holdup",
    "folder",
    "Folder of the lab's data, logs and process list; relative to the repository.",
  ),
} as const;

/** Every setting that a user may set. The lab itself sets the address and ports of the trace store. */
export const allSettings = {
  ...settings,
  ...labSettings,
  tracesFile: traceSettings.file,
  tracesMaxSpans: traceSettings.maxSpans,
  tracesMaxBodyBytes: traceSettings.maxBodyBytes,
} as const;

export type LabConfig = ReturnType<typeof readLabConfig>;

function isGiven(env: Env, variable: string): boolean {
  return (env[variable] ?? "").trim() !== "";
}

/**
 * Reads the settings of lab and services: ports with the offset added, addresses as the services use them.
 *
 * @throws HoldupError HOLDUP_CONFIG_INVALID with every bad variable
 */
export function readLabConfig(env: Env, root: string) {
  const read = readSettings(allSettings, env);
  const moved = (port: number) => (port === 0 ? 0 : port + read.portOffset);
  const ports = {
    kafka: moved(read.kafkaPort),
    redis: moved(read.redisPort),
    otlp: moved(read.otlpPort),
    otlpGrpc: moved(read.otlpGrpcPort),
    jaeger: moved(read.jaegerPort),
    api: moved(read.apiPort),
    console: moved(read.consolePort),
  };
  const beyond = Object.values(ports).filter((port) => port > 65_535);
  if (beyond.length > 0) {
    throw new HoldupError(
      "HOLDUP_CONFIG_INVALID",
      `HOLDUP_PORT_OFFSET=${read.portOffset} moves a port to ${beyond.join(", ")}; the highest is 65535.`,
    );
  }
  const external = {
    kafka: isGiven(env, settings.kafkaBrokers.variable),
    redis: isGiven(env, settings.redisUrl.variable),
    traces: isGiven(env, settings.otlpEndpoint.variable),
  };
  const jaegerIsGiven = isGiven(env, settings.jaegerUrl.variable) || external.traces;
  const consoleIsGiven = isGiven(env, settings.consoleUrl.variable);
  return Object.freeze({
    ports,
    external,
    portOffset: read.portOffset,
    host: read.host,
    partitions: read.partitions,
    stateDir: isAbsolute(read.stateDir) ? read.stateDir : join(root, read.stateDir),
    brokers: external.kafka ? read.kafkaBrokers : [`127.0.0.1:${ports.kafka}`],
    redisUrl: external.redis ? read.redisUrl : `redis://127.0.0.1:${ports.redis}`,
    otlpEndpoint: external.traces ? read.otlpEndpoint : `http://${reachableHost(read.host)}:${ports.otlp}`,
    apiUrl: `http://${reachableHost(read.host)}:${ports.api}`,
    consoleUrl: consoleIsGiven ? read.consoleUrl : `http://${reachableHost(read.host)}:${ports.console}`,
    jaegerUrl: jaegerIsGiven ? read.jaegerUrl : `http://${reachableHost(read.host)}:${ports.jaeger}`,
  });
}
