import { expect, it } from "vitest";
import { envOfRunning, ignoredIn, settingsOfContainer } from "./compose-env.ts";
import { publishedPorts } from "./compose-project.ts";

const container = { id: "1", number: 1, state: "running", health: undefined } as const;
const containers = [
  { ...container, name: "api-service-1", service: "api-service", ports: new Map([[8080, 8180]]) },
  { ...container, name: "kafka", service: "kafka", ports: new Map([[29_192, 29_192]]) },
];

it("adds replicas with the settings and ports of the running lab, not those of the shell", () => {
  const given = settingsOfContainer(["PATH=/bin", "HOLDUP_PARTITIONS=6", "HOLDUP_KAFKA_BROKERS=kafka:9092"]);
  const env = {
    PATH: "/usr/bin",
    HOLDUP_PARTITIONS: "3",
    HOLDUP_API_PORT: "9999",
    HOLDUP_ORDER_KEY: "order",
  };
  expect(envOfRunning(env, given, publishedPorts(containers))).toEqual({
    PATH: "/usr/bin",
    HOLDUP_PARTITIONS: "6",
    HOLDUP_API_PORT: "8180",
    HOLDUP_KAFKA_PORT: "29192",
  });
});

it("names the addresses that have no effect with Compose", () => {
  expect(ignoredIn({ HOLDUP_REDIS_URL: "redis://a", HOLDUP_HOST: " ", HOLDUP_API_PORT: "1" })).toEqual([
    "HOLDUP_REDIS_URL",
  ]);
});
