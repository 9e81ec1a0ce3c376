import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { HoldupError } from "../../../core/errors.ts";
import { freePort } from "../../system/ports/free-ports.ts";
import type { Launch } from "../process-spec.ts";
import type { Fetched } from "./fetched.ts";
import { kafkaSettings } from "./kafka-settings.ts";

const run = promisify(execFile);

/** One compiler tier and the serial collector: half the start time and a third of the memory of a server's settings. */
const lean = ["-Xms64m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xss512k"];

const logging = [
  "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
  "-Dorg.slf4j.simpleLogger.showDateTime=true",
  "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
  "-Dorg.slf4j.simpleLogger.showThreadName=false",
  // Logs "attempting to close a closed client" at every regular stop.
  "-Dorg.slf4j.simpleLogger.log.org.apache.kafka.clients.NetworkClient=error",
];

/** Arguments of a JVM with the fetched Kafka; the main class and its arguments follow. */
function kafkaJvm(fetched: Fetched, extra: readonly string[] = []): string[] {
  return [...lean, ...extra, ...logging, "-cp", fetched.jars.join(delimiter)];
}

/** An archive of loaded classes halves the time until the broker listens; see archive-classes.ts. */
export function classArchive(fetched: Fetched): string {
  return join(fetched.dir, "kafka.jsa");
}

/** Sixteen bytes in Kafka's encoding, which must not start with a dash. */
function clusterId(): string {
  for (;;) {
    const id = randomBytes(16).toString("base64url");
    if (!id.startsWith("-")) return id;
  }
}

async function format(java: string, fetched: Fetched, settings: string): Promise<void> {
  const args = ["format", "--ignore-formatted", "-t", clusterId(), "-c", settings];
  try {
    await run(java, [...kafkaJvm(fetched), "kafka.tools.StorageTool", ...args]);
  } catch (thrown) {
    throw new HoldupError("HOLDUP_INFRA_FAILED", `Kafka could not format its folder: ${String(thrown)}`, {
      cause: thrown,
    });
  }
}

/** Writes the broker's settings, formats its folder the first time, and returns how to start it. */
export async function launchKafka(options: {
  root: string;
  java: string;
  fetched: Fetched;
  dataDir: string;
  port: number;
  env: NodeJS.ProcessEnv;
}): Promise<Launch> {
  const { root, java, fetched, dataDir, port, env } = options;
  const logs = join(dataDir, "logs");
  const settings = join(dataDir, "server.properties");
  mkdirSync(dataDir, { recursive: true });
  const loopback = "127.0.0.1";
  const controllerPort = await freePort(loopback);
  writeFileSync(
    settings,
    kafkaSettings(root, { port, bind: loopback, bindPort: port, controllerPort, dataDir: logs }),
  );
  if (!existsSync(join(logs, "meta.properties"))) await format(java, fetched, settings);
  const archive = classArchive(fetched);
  const shared = existsSync(archive) ? [`-XX:SharedArchiveFile=${archive}`, "-Xshare:auto"] : [];
  return {
    command: java,
    args: [...kafkaJvm(fetched, shared), "kafka.Kafka", settings],
    env,
    cwd: dataDir,
  };
}
