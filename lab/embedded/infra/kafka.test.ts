import { dirname } from "node:path";
import { expect, it } from "vitest";
import { kafkaVariables } from "./kafka.ts";
import { kafkaSettings } from "./kafka-settings.ts";

const root = dirname(dirname(dirname(import.meta.dirname)));

it("converts Kafka's settings to the image's variables", () => {
  expect(kafkaVariables("log.dirs=/d\na.b_c-d=x=y")).toEqual({
    KAFKA_LOG_DIRS: "/d",
    KAFKA_A_B__C___D: "x=y",
  });
});

it("passes the image every setting of infra/kafka.properties; it listens on the bridge and advertises 127.0.0.1", () => {
  const place = { port: 31_692, bind: "0.0.0.0", bindPort: 9092, controllerPort: 9093, dataDir: "/data" };
  const settings = kafkaSettings(root, place);
  const variables = kafkaVariables(settings);
  expect(Object.keys(variables)).toHaveLength(settings.split("\n").length);
  expect(variables).toMatchObject({
    KAFKA_LISTENERS: "PLAINTEXT://0.0.0.0:9092,CONTROLLER://127.0.0.1:9093",
    KAFKA_ADVERTISED_LISTENERS: "PLAINTEXT://127.0.0.1:31692",
    KAFKA_CONTROLLER_QUORUM_VOTERS: "1@127.0.0.1:9093",
    KAFKA_LOG_DIRS: "/data",
  });
});
