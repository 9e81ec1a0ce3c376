import type { Container } from "./compose-project.ts";

/** Where a Compose lab is, by the ports that its containers publish; undefined where something does not run. */
export function composeAddress(containers: readonly Container[]) {
  const published = (service: string, port: number) =>
    containers.find((one) => one.service === service && one.ports.has(port))?.ports.get(port);
  const url = (port: number | undefined) => (port === undefined ? undefined : `http://127.0.0.1:${port}`);
  // Kafka listens on the same port inside, so that what it advertises is right on both sides.
  const kafka = containers.find(({ service }) => service === "kafka");
  return {
    apiUrl: url(published("api-service", 8080)),
    consoleUrl: url(published("console", 8080)),
    jaegerUrl: url(published("jaeger", 16_686)),
    kafkaPort: [...(kafka?.ports.values() ?? [])].at(0),
    redisPort: published("redis", 6379),
    otlpPort: published("jaeger", 4318),
    otlpGrpcPort: published("jaeger", 4317),
    jaegerPort: published("jaeger", 16_686),
    apiPort: published("api-service", 8080),
    consolePort: published("console", 8080),
  };
}
