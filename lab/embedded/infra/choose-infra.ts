import { z } from "zod";
import { HoldupError } from "../../../core/errors.ts";
import { findDocker } from "../../system/docker/docker-cli.ts";
import type { Env } from "../../system/env.ts";
import { findProgram } from "../../system/process/find-program.ts";
import { type Fetched, findFetched, redisBinary } from "./fetched.ts";
import { findJava, type Java, oldestJava } from "./java.ts";

/** How Kafka and Redis run, once everything is fetched; an address in the environment takes precedence for either. */
export const infraRuntime = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("external") }),
  z.object({
    kind: z.literal("local"),
    java: z.string(),
    fetched: z.object({ dir: z.string(), redis: z.string(), jars: z.array(z.string()).readonly() }),
  }),
  z.object({ kind: z.literal("docker"), docker: z.string() }),
]);

export type InfraRuntime = z.output<typeof infraRuntime>;
/** Kafka or Redis run by the lab itself. */
export type OwnRuntime = Exclude<InfraRuntime, { kind: "external" }>;

/** How they will run, before anything is fetched. */
export type InfraChoice =
  | { readonly kind: "external" }
  | { readonly kind: "local"; readonly java: Java; readonly fetched: Fetched }
  | { readonly kind: "fetch"; readonly java: Java; readonly mvn: string }
  | { readonly kind: "docker"; readonly docker: string };

type Found = {
  readonly java: Java | undefined;
  readonly mvn: string | undefined;
  readonly docker: { readonly path?: string; readonly answers: boolean };
};

function missingMessage({ java, mvn, docker }: Found): string {
  const javaState = java ? `found ${java.major} at ${java.path}` : "not found in JAVA_HOME or on PATH";
  const dockerState = docker.path
    ? `found ${docker.path}, but no engine answers (not started, or this user has no permission to use it)`
    : "not on PATH";
  return `Holdup needs Kafka and Redis and cannot run them on this machine:
  Java ${oldestJava} or newer   ${javaState}
  Maven (mvn)        ${mvn ? `found ${mvn}` : "not on PATH"}
  Docker             ${dockerState}
Any one of these is enough:
  Debian, Ubuntu     sudo apt-get install -y openjdk-17-jre-headless maven
  macOS              brew install openjdk@17 maven, and export JAVA_HOME="$(brew --prefix openjdk@17)"
  Docker             install Docker Engine or Docker Desktop, and start it
  your own           HOLDUP_KAFKA_BROKERS=host:9092 HOLDUP_REDIS_URL=redis://host:6379 ./holdup start`;
}

/**
 * Chooses how Kafka and Redis run: addresses from the environment, else local processes, else Docker.
 *
 * @throws HoldupError HOLDUP_INFRA_MISSING, one message with what is missing and how to get it
 */
export async function chooseInfra(options: {
  root: string;
  env: Env;
  external: { kafka: boolean; redis: boolean };
}): Promise<InfraChoice> {
  const { root, env, external } = options;
  if (external.kafka && external.redis) return { kind: "external" };
  const java = await findJava(env);
  const mvn = findProgram("mvn", env);
  const fetched = findFetched(root);
  if (java && java.major >= oldestJava && redisBinary(process.platform, process.arch)) {
    if (fetched) return { kind: "local", java, fetched };
    if (mvn) return { kind: "fetch", java, mvn };
  }
  const docker = await findDocker(env);
  if (docker.path && docker.answers) return { kind: "docker", docker: docker.path };
  throw new HoldupError("HOLDUP_INFRA_MISSING", missingMessage({ java, mvn, docker }));
}
