import { pingKafka } from "../../../shared/kafka/admin.ts";
import type { Kafka } from "../../../shared/kafka/client.ts";
import type { LabConfig } from "../../settings/lab-config.ts";
import type { ProcessSpec } from "../process-spec.ts";
import { logFile, type StatePaths } from "../state/paths.ts";
import { containerName, images, launchContainer } from "./docker-run.ts";
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
const dataDir = "/var/lib/kafka/data";

/** Settings as the variables that the image makes a settings file of: `log.dirs` is KAFKA_LOG_DIRS. */
export function kafkaVariables(settings: string): Record<string, string> {
  const variable = (key: string) =>
    `KAFKA_${key.replaceAll("_", "__").replaceAll("-", "___").replaceAll(".", "_").toUpperCase()}`;
  return Object.fromEntries(
    settings.split("\n").map((line) => {
      const at = line.indexOf("=");
      return [variable(line.slice(0, at)), line.slice(at + 1)];
    }),
  );
}

function launchImage({ root, config, paths, env, way }: Options & { way: { way: "docker" } }) {
  const { kafka: port } = config.ports;
  const place = { bind: "0.0.0.0", bindPort: inside, controllerPort: 9093, dataDir };
  return launchContainer(
    way.docker,
    { cwd: paths.dir, env },
    {
      name: containerName(paths.dir, "kafka"),
      image: images.kafka,
      publish: { port, inside },
      dataDir,
      variables: {
        ...kafkaVariables(kafkaSettings(root, { port, ...place })),
        KAFKA_HEAP_OPTS: "-Xms64m -Xmx256m",
        // As in local-kafka.ts: half the start time and less memory than with a server's settings.
        KAFKA_JVM_PERFORMANCE_OPTS: "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xss512k",
      },
    },
  );
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
        ? launchImage({ ...options, way })
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
