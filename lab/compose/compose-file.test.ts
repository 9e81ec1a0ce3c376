import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { serviceNames } from "../../shared/pipeline/stages.ts";
import { settings } from "../../shared/settings.ts";
import { images } from "../embedded/infra/docker-run.ts";
import { kafkaVariables } from "../embedded/infra/kafka.ts";
import { kafkaSettings } from "../embedded/infra/kafka-settings.ts";
import { redisArguments } from "../embedded/infra/redis.ts";
import { nodeFlags } from "../system/process/node-flags.ts";

const root = join(import.meta.dirname, "..", "..");
const read = (...path: string[]) => readFileSync(join(root, ...path), "utf8");
const compose = read("docker-compose.yml");
const dockerfile = read("Dockerfile");

/** Settings of a single process, which containers do not need. */
const perProcess = ["HOLDUP_INSTANCE", "HOLDUP_WORK_DIR", "HOLDUP_RESTARTS"];

it.each(serviceNames)("runs %s in a container of its own", (name) => {
  const [, block = ""] = compose.split(`\n  ${name}:\n`);
  const [own] = block.split(/\n(?! {4})/);
  expect(own).toContain(`command: [${name}/main.ts]`);
  expect(own).toContain(`OTEL_SERVICE_NAME: ${name} }`);
});

it("passes every setting of the services on, or fixes it", () => {
  const variables = Object.values(settings).map(({ variable }) => variable);
  const others = variables.filter((name) => !perProcess.includes(name));
  expect(others.filter((name) => !new RegExp(`\\b${name}[:=]`).test(compose + dockerfile))).toEqual([]);
});

it("gives Kafka the settings of the embedded lab's broker, except for its addresses", () => {
  const place = { port: 1, bind: "b", bindPort: 2, controllerPort: 9093, dataDir: "/var/lib/kafka/data" };
  const expected = Object.entries(kafkaVariables(kafkaSettings(root, place)));
  expect(expected.length).toBeGreaterThan(20);
  for (const [name, value] of expected) {
    if (/LISTENERS$|PROTOCOL_MAP$/.test(name)) continue;
    expect(compose.replaceAll('"', "")).toContain(`${name}: ${value}\n`);
  }
});

it("gives Redis the settings of the embedded lab's", () => {
  const command = /command: \[redis-server, (.*)\]/.exec(compose)?.[1]?.replaceAll('"', "").split(", ");
  const expected = redisArguments(read("infra", "redis.conf")).join(" ");
  expect(expected).toContain(command?.join(" "));
});

it("uses the same images and Node flags as the embedded lab", () => {
  for (const image of Object.values(images)) expect(compose).toContain(`image: ${image}\n`);
  expect(dockerfile).toContain(`"node", ${nodeFlags.map((flag) => `"${flag}"`).join(", ")}`);
});

it("publishes every port on 127.0.0.1 only", () => {
  const published = [...compose.matchAll(/(?:ports: \[|^ +- )"(.*:\d+|.*\})"/gm)].map(([, port]) => port);
  expect(published.length).toBeGreaterThanOrEqual(6);
  for (const port of published) expect(port).toMatch(/^127\.0\.0\.1:\$\{HOLDUP_[A-Z_]+_PORT:-\d+\}:/);
});
