import { composeLab } from "../../lab/compose/compose-lab.ts";
import { createContext } from "../../lab/context.ts";
import { freeOffset, root } from "../holdup.ts";
import type { Env } from "./docker.ts";

export type ComposeLab = {
  readonly project: string;
  /** For docker, docker compose and ./holdup. */
  readonly env: Env;
  readonly apiUrl: string;
  readonly jaegerUrl: string;
  readonly consoleUrl: string;
  readonly redisUrl: string;
  readonly kafkaBrokers: string;
};

const ports = {
  HOLDUP_API_PORT: 8080,
  HOLDUP_CONSOLE_PORT: 8090,
  HOLDUP_JAEGER_PORT: 16_686,
  HOLDUP_OTLP_PORT: 4318,
  HOLDUP_OTLP_GRPC_PORT: 4317,
  HOLDUP_KAFKA_PORT: 29_092,
  HOLDUP_REDIS_PORT: 6379,
} as const;

/** An offset whose ports are all free. */
export const freeComposeOffset = (): Promise<number> => freeOffset(Object.values(ports));

/** A project of the shipped docker-compose.yml with its own name and ports, at a third of the work. */
export function describeComposeLab(name: string, offset: number): ComposeLab {
  const project = `holdup-test-${process.pid}-${name}`;
  const moved = Object.entries(ports).map(([variable, port]) => [variable, String(port + offset)]);
  const at = (port: number) => `127.0.0.1:${port + offset}`;
  return {
    project,
    env: {
      COMPOSE_PROJECT_NAME: project,
      ...Object.fromEntries(moved),
      HOLDUP_WORKLOAD_SCALE: "0.3",
      // The shortest that a broker allows: the partitions of a killed consumer wait this long.
      HOLDUP_SESSION_TIMEOUT_MS: "6000",
      // Small, so that a test can fill it.
      OTEL_BSP_MAX_QUEUE_SIZE: "1024",
    },
    apiUrl: `http://${at(8080)}`,
    jaegerUrl: `http://${at(16_686)}`,
    consoleUrl: `http://${at(8090)}`,
    redisUrl: `redis://${at(6379)}`,
    kafkaBrokers: at(29_092),
  };
}

/** CPU and memory of every container, read from the engine. */
export function composeReadings(env: Env) {
  const context = { env: { ...process.env, ...env }, root, out: process.stdout, error: process.stderr };
  return composeLab(createContext({ ...context, asksForCompose: () => true })).readings();
}
