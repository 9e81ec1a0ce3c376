import { expect, it } from "vitest";
import type { Status } from "./status.ts";
import { statusTable } from "./status-table.ts";

const one = {
  name: "notification-service-20",
  kind: "service",
  state: "not ready",
  pid: 4_194_304,
  uptimeMs: 3_660_000,
  restarts: 12,
  lastExit: "killed by SIGKILL",
  residentBytes: 1500 * 1_048_576,
  cpuPercent: 187.4,
  port: 46_475,
  container: undefined,
} as const;

const status: Status = {
  way: "embedded",
  isSupervised: true,
  isReady: false,
  apiUrl: "http://127.0.0.1:8080",
  consoleUrl: "http://127.0.0.1:8090",
  jaegerUrl: "http://127.0.0.1:16686",
  brokers: ["127.0.0.1:29092"],
  processes: [one, { ...one, name: "kafka", state: "pausing", pid: undefined, uptimeMs: undefined }],
  lag: [0, 1, 2].map((partition) => ({
    topic: "processed-orders",
    group: "notification-service",
    partition,
    end: 10_000,
    committed: 0,
    lag: 10_000,
  })),
  deadLetters: [{ topic: "orders.dead", messages: 2 }],
  kafkaError: undefined,
};

it("fits 80 columns with the longest names and numbers", () => {
  const widest = Math.max(
    ...statusTable(status)
      .split("\n")
      .map((line) => line.length),
  );
  expect(widest).toBeLessThanOrEqual(80);
});

it("adds up restarts, memory and CPU, and the lag of a topic's partitions", () => {
  const text = statusTable(status);
  expect(text).toMatch(/total +24 +3000 MiB +375 %/);
  expect(text).toMatch(/processed-orders +notification-service +30000 +0: 10000 +1: 10000 +2: 10000/);
  expect(text).toContain("orders.dead 2");
});

it("marks memory and CPU as the container's where Kafka runs in one", () => {
  const kafka = { ...one, name: "kafka", container: "holdup-0123abcd-kafka" };
  expect(statusTable({ ...status, processes: [one, kafka] })).toMatch(/kafka: RSS and CPU of the container/);
  expect(statusTable(status)).not.toContain("container");
});

it("explains its memory figures in Compose", () => {
  const processes = [{ ...one, container: "1234" }];
  expect(statusTable({ ...status, way: "compose", processes })).toMatch(/as in docker stats/);
});

it("warns when the supervisor has died", () => {
  expect(statusTable({ ...status, isSupervised: false })).toMatch(/supervisor has died/);
});
