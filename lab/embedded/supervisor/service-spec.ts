import { join } from "node:path";
import type { ServiceName } from "../../../shared/pipeline/stages.ts";
import type { LabConfig } from "../../settings/lab-config.ts";
import { answersOk, reachable } from "../../system/ports/probe.ts";
import { nodeFlags } from "../../system/process/node-flags.ts";
import type { ProcessSpec } from "../process-spec.ts";
import { logFile, type StatePaths } from "../state/paths.ts";

type Options = { root: string; config: LabConfig; paths: StatePaths; env: NodeJS.ProcessEnv };

/** What a service is told about the lab it is in; the rest of the environment is handed on as it is. */
function serviceEnv(name: string, instance: number, restarts: number, options: Options): NodeJS.ProcessEnv {
  const { config, paths, env } = options;
  const { HOLDUP_PORT_OFFSET: _, HOLDUP_STATE_DIR: __, ...rest } = env;
  return {
    ...rest,
    HOLDUP_KAFKA_BROKERS: config.brokers.join(","),
    HOLDUP_REDIS_URL: config.redisUrl,
    HOLDUP_JAEGER_URL: config.jaegerUrl,
    HOLDUP_API_PORT: String(config.ports.api),
    // Replicas would fight for a fixed one; they say over IPC which port they got.
    HOLDUP_HEALTH_PORT: "0",
    HOLDUP_INSTANCE: `${name}-${instance}`,
    HOLDUP_RESTARTS: String(restarts),
    HOLDUP_WORK_DIR: env["HOLDUP_WORK_DIR"] || paths.work,
    OTEL_EXPORTER_OTLP_ENDPOINT: config.otlpEndpoint,
    OTEL_SERVICE_NAME: name,
  };
}

export function serviceSpec(name: ServiceName, instance: number, options: Options): ProcessSpec {
  const { root, config, paths } = options;
  return {
    name: `${name}-${instance}`,
    service: name,
    kind: "service",
    saysItsPort: true,
    log: logFile(paths, `${name}-${instance}`),
    launch: async (restarts) => ({
      command: process.execPath,
      args: [...nodeFlags, "--import", "./shared/telemetry/preload.ts", join(name, "main.ts")],
      env: serviceEnv(name, instance, restarts, options),
      cwd: root,
    }),
    isReady: (port) => answersOk(`http://${reachable(config.host)}:${port}/readyz`),
  };
}
