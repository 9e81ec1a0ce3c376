import { pingKafka } from "../../../shared/kafka/admin.ts";
import type { Kafka } from "../../../shared/kafka/client.ts";
import { logFile } from "../../state/process-log.ts";
import type { LabPlace, ProcessSpec } from "../process-spec.ts";
import type { OwnRuntime } from "./choose-infra.ts";
import { containerName, images, launchContainer } from "./docker-run.ts";
import { kafkaSettings } from "./kafka-settings.ts";
import { launchKafka } from "./local-kafka.ts";

type Options = LabPlace & { readonly runtime: OwnRuntime; readonly kafka: Kafka };

const inside = 9092;
const dataDir = "/var/lib/kafka/data";

/** Settings as the variables from which the image writes its settings file: `log.dirs` is KAFKA_LOG_DIRS. */
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

function launchImage({ root, config, paths, env, runtime }: Options & { runtime: { kind: "docker" } }) {
  const { kafka: port } = config.ports;
  const place = { bind: "0.0.0.0", bindPort: inside, controllerPort: 9093, dataDir };
  return launchContainer(
    runtime.docker,
    { cwd: paths.dir, env },
    {
      name: containerName(paths.dir, "kafka"),
      image: images.kafka,
      publish: { port, inside },
      dataDir,
      variables: {
        ...kafkaVariables(kafkaSettings(root, { port, ...place })),
        KAFKA_HEAP_OPTS: "-Xms64m -Xmx256m",
        // As in local-kafka.ts: half the start time, and less memory than with a server's settings.
        KAFKA_JVM_PERFORMANCE_OPTS: "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xss512k",
      },
    },
  );
}

/** The broker that the lab runs. It is ready when the group coordinator answers, not when the port is open. */
export function kafkaSpec(options: Options): ProcessSpec {
  const { root, config, paths, env, runtime, kafka } = options;
  return {
    name: "kafka",
    service: "kafka",
    kind: "kafka",
    port: config.ports.kafka,
    reportsPort: false,
    log: logFile(paths, "kafka"),
    ...(runtime.kind === "docker" ? { container: containerName(paths.dir, "kafka") } : {}),
    launch: () =>
      runtime.kind === "docker"
        ? launchImage({ ...options, runtime })
        : launchKafka({
            root,
            java: runtime.java,
            fetched: runtime.fetched,
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
