import { HoldupError } from "../../../core/errors.ts";
import type { Env } from "../../settings/lab-config.ts";
import { findProgram } from "../../system/process/find-program.ts";
import { findDocker } from "./docker-run.ts";
import { type Fetched, findFetched, redisBinary } from "./fetched.ts";
import { findJava, type Java, oldestJava } from "./java.ts";

/** How Kafka and Redis are run here, as far as the environment does not name them. */
export type InfraChoice =
  | { readonly way: "external" }
  | { readonly way: "local"; readonly java: Java; readonly fetched: Fetched }
  | { readonly way: "fetch"; readonly java: Java; readonly mvn: string }
  | { readonly way: "docker"; readonly docker: string };

type Found = {
  readonly java: Java | undefined;
  readonly mvn: string | undefined;
  readonly docker: { readonly path?: string; readonly answers: boolean };
};

function missingMessage({ java, mvn, docker }: Found): string {
  const javaIs = java ? `found ${java.major} at ${java.path}` : "not found in JAVA_HOME or on PATH";
  const dockerIs = docker.path
    ? `${docker.path} is there, but no engine answers it (not started, or not for this user)`
    : "not on PATH";
  return `Holdup needs Kafka and Redis and has no way to run them here:
  Java ${oldestJava} or newer   ${javaIs}
  Maven (mvn)        ${mvn ? `found ${mvn}` : "not on PATH"}
  Docker             ${dockerIs}
Any one of these will do:
  Debian, Ubuntu     sudo apt-get install -y openjdk-17-jre-headless maven
  macOS              brew install openjdk@17 maven, and export JAVA_HOME="$(brew --prefix openjdk@17)"
  Docker             install Docker Engine or Docker Desktop, and start it
  your own           HOLDUP_KAFKA_BROKERS=host:9092 HOLDUP_REDIS_URL=redis://host:6379 ./holdup start`;
}

/**
 * Chooses in the order that the design names: addresses from the environment, local processes, Docker.
 *
 * @throws HoldupError HOLDUP_INFRA_MISSING, one message with all that is missing and how to get it
 */
export async function chooseInfra(options: {
  root: string;
  env: Env;
  external: { kafka: boolean; redis: boolean };
}): Promise<InfraChoice> {
  const { root, env, external } = options;
  if (external.kafka && external.redis) return { way: "external" };
  const java = await findJava(env);
  const mvn = findProgram("mvn", env);
  const fetched = findFetched(root);
  if (java && java.major >= oldestJava && redisBinary(process.platform, process.arch)) {
    if (fetched) return { way: "local", java, fetched };
    if (mvn) return { way: "fetch", java, mvn };
  }
  const docker = await findDocker(env);
  if (docker.path && docker.answers) return { way: "docker", docker: docker.path };
  throw new HoldupError("HOLDUP_INFRA_MISSING", missingMessage({ java, mvn, docker }));
}
