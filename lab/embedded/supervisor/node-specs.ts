import { join } from "node:path";
import type { ServiceName } from "../../../shared/pipeline/stages.ts";
import type { LabConfig } from "../../settings/lab-config.ts";
import { logFile } from "../../state/process-log.ts";
import { answersOk, reachableHost } from "../../system/ports/probe.ts";
import { nodeFlags } from "../../system/process/node-flags.ts";
import type { LabPlace, ProcessSpec } from "../process-spec.ts";

type NodeProcess = {
  readonly name: string;
  readonly service: string;
  readonly kind: ProcessSpec["kind"];
  /** Absent when the process reports its port over IPC. */
  readonly port?: number;
  /** The program, and Node's flags besides those of all processes. */
  readonly args: readonly string[];
  /** Answers 200 when the process is ready. */
  readonly probePath: string;
  env(restarts: number): NodeJS.ProcessEnv;
};

function nodeSpec({ root, config, paths }: LabPlace, options: NodeProcess): ProcessSpec {
  const { name, service, kind, port, args, probePath, env } = options;
  return {
    name,
    service,
    kind,
    ...(port !== undefined && { port }),
    reportsPort: port === undefined,
    log: logFile(paths, name),
    launch: async (restarts) => ({
      command: process.execPath,
      args: [...nodeFlags, ...args],
      env: env(restarts),
      cwd: root,
    }),
    isReady: (actualPort) => answersOk(`http://${reachableHost(config.host)}:${actualPort}${probePath}`),
  };
}

/** Addresses of the lab, and the rest of the environment unchanged, without what only selects the lab. */
function labEnv({ config, env }: LabPlace): NodeJS.ProcessEnv {
  const { HOLDUP_PORT_OFFSET: _, HOLDUP_STATE_DIR: __, ...rest } = env;
  return { ...rest, ...addressesIn(config) };
}

function addressesIn({ brokers, redisUrl, jaegerUrl }: LabConfig): NodeJS.ProcessEnv {
  return {
    HOLDUP_KAFKA_BROKERS: brokers.join(","),
    HOLDUP_REDIS_URL: redisUrl,
    HOLDUP_JAEGER_URL: jaegerUrl,
  };
}

/** One replica of a service; `instance` counts from 1. */
export function serviceSpec(service: ServiceName, instance: number, place: LabPlace): ProcessSpec {
  const { config, paths, env } = place;
  const name = `${service}-${instance}`;
  return nodeSpec(place, {
    name,
    service,
    kind: "service",
    args: ["--import", "./shared/telemetry/preload.ts", join(service, "main.ts")],
    probePath: "/readyz",
    env: (restarts) => ({
      ...labEnv(place),
      HOLDUP_API_PORT: String(config.ports.api),
      // Replicas would conflict on a fixed port; each reports its own over IPC.
      HOLDUP_HEALTH_PORT: "0",
      HOLDUP_INSTANCE: name,
      HOLDUP_RESTARTS: String(restarts),
      HOLDUP_WORK_DIR: env["HOLDUP_WORK_DIR"] || paths.work,
      OTEL_EXPORTER_OTLP_ENDPOINT: config.otlpEndpoint,
      OTEL_SERVICE_NAME: service,
    }),
  });
}

/** The console. It is ready as soon as it answers, because it shows what else is down. */
export function consoleSpec(place: LabPlace): ProcessSpec {
  const { config } = place;
  return nodeSpec(place, {
    name: "console",
    service: "console",
    kind: "console",
    args: [join("console", "main.ts")],
    probePath: "/healthz",
    env: () => ({
      ...labEnv(place),
      HOLDUP_JAEGER_LINK_URL: config.jaegerUrl,
      HOLDUP_API_URL: config.apiUrl,
      HOLDUP_CONSOLE_PORT: String(config.ports.console),
      HOLDUP_CONSOLE_URL: config.consoleUrl,
      HOLDUP_INSTANCE: "console",
    }),
  });
}

/** The embedded trace store; it is ready when its query API answers. */
export function traceStoreSpec(place: LabPlace): ProcessSpec {
  const { config, paths, env } = place;
  return nodeSpec(place, {
    name: "trace-store",
    service: "trace-store",
    kind: "trace-store",
    port: config.ports.jaeger,
    args: [join("tracestore", "main.ts")],
    probePath: "/api/services",
    env: () => ({
      ...env,
      HOLDUP_OTLP_PORT: String(config.ports.otlp),
      HOLDUP_JAEGER_PORT: String(config.ports.jaeger),
      HOLDUP_CONSOLE_URL: config.consoleUrl,
      HOLDUP_TRACES_FILE: env["HOLDUP_TRACES_FILE"] || paths.traces,
    }),
  });
}
