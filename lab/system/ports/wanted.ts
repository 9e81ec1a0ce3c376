import type { LabConfig } from "../../settings/lab-config.ts";

export type WantedPort = {
  readonly port: number;
  readonly address: string;
  /** Who wants it, such as "order API". */
  readonly what: string;
  readonly variable: string;
};

/** The ports that this start will bind; those of external services are not the lab's business. */
export function wantedPorts(config: LabConfig): WantedPort[] {
  const { ports, external, host } = config;
  const own = "127.0.0.1";
  const traces = [
    { port: ports.otlp, address: host, what: "trace store, OTLP", variable: "HOLDUP_OTLP_PORT" },
    { port: ports.jaeger, address: host, what: "trace store, query API", variable: "HOLDUP_JAEGER_PORT" },
  ];
  return [
    { port: ports.api, address: host, what: "order API", variable: "HOLDUP_API_PORT" },
    { port: ports.console, address: host, what: "console", variable: "HOLDUP_CONSOLE_PORT" },
    ...(external.traces ? [] : traces),
    ...(external.kafka
      ? []
      : [{ port: ports.kafka, address: own, what: "Kafka", variable: "HOLDUP_KAFKA_PORT" }]),
    ...(external.redis
      ? []
      : [{ port: ports.redis, address: own, what: "Redis", variable: "HOLDUP_REDIS_PORT" }]),
  ].filter(({ port }) => port !== 0);
}

/** The ports that the containers of Compose publish. */
export function composePorts({ ports }: LabConfig): WantedPort[] {
  const wanted: readonly [number, string, string][] = [
    [ports.api, "order API", "HOLDUP_API_PORT"],
    [ports.console, "console", "HOLDUP_CONSOLE_PORT"],
    [ports.jaeger, "Jaeger", "HOLDUP_JAEGER_PORT"],
    [ports.otlp, "Jaeger, OTLP over HTTP", "HOLDUP_OTLP_PORT"],
    [ports.otlpGrpc, "Jaeger, OTLP over gRPC", "HOLDUP_OTLP_GRPC_PORT"],
    [ports.kafka, "Kafka", "HOLDUP_KAFKA_PORT"],
    [ports.redis, "Redis", "HOLDUP_REDIS_PORT"],
  ];
  return wanted
    .filter(([port]) => port !== 0)
    .map(([port, what, variable]) => ({ port, address: "127.0.0.1", what, variable }));
}
