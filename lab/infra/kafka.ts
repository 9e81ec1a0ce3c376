import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pingKafka } from "../../shared/kafka/admin.ts";
import type { Kafka } from "../../shared/kafka/client.ts";
import type { LabConfig } from "../settings.ts";
import { logFile, type StatePaths } from "../state/paths.ts";
import type { ProcessSpec } from "../supervisor/process-spec.ts";
import { containerName, dockerRun, images, removeContainer } from "./docker.ts";
import { kafkaSettings } from "./kafka-settings.ts";
import { launchKafka } from "./local-kafka.ts";
import type { RunningWay } from "./way.ts";

type Options = {
  root: string;
  config: LabConfig;
  paths: StatePaths;
  env: NodeJS.ProcessEnv;
  way: RunningWay;
  kafka: Kafka;
};

const inside = 9092;

async function launchContainer({ root, config, paths, env, way }: Options & { way: { way: "docker" } }) {
  const name = containerName(paths.dir, "kafka");
  await removeContainer(way.docker, name);
  mkdirSync(paths.kafkaData, { recursive: true });
  const settings = join(paths.kafkaData, "server.properties");
  writeFileSync(
    settings,
    kafkaSettings(root, {
      port: config.ports.kafka,
      bind: "0.0.0.0",
      bindPort: inside,
      controllerPort: 9093,
      dataDir: "/var/lib/kafka/data",
    }),
  );
  return {
    command: way.docker,
    args: dockerRun({
      name,
      image: images.kafka,
      publish: { port: config.ports.kafka, inside },
      // A named volume, because the image's user could not write to a folder of ours.
      mounts: [`${name}:/var/lib/kafka/data`, `${settings}:/mnt/shared/config/server.properties:ro`],
      variables: { KAFKA_HEAP_OPTS: "-Xms64m -Xmx256m" },
    }),
    env,
    cwd: paths.dir,
  };
}

/** The broker that the lab runs; ready when the group coordinator answers, not when the port is open. */
export function kafkaSpec(options: Options): ProcessSpec {
  const { root, config, paths, env, way, kafka } = options;
  return {
    name: "kafka",
    service: "kafka",
    kind: "kafka",
    port: config.ports.kafka,
    saysItsPort: false,
    log: logFile(paths, "kafka"),
    ...(way.way === "docker" ? { container: containerName(paths.dir, "kafka") } : {}),
    launch: () =>
      way.way === "docker"
        ? launchContainer({ ...options, way })
        : launchKafka({
            root,
            java: way.java,
            fetched: way.fetched,
            dataDir: paths.kafkaData,
            port: config.ports.kafka,
            env,
          }),
    isReady: () =>
      pingKafka(kafka).then(
        () => true,
        () => false,
      ),
  };
}
