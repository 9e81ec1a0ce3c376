import { describe, expect, it } from "vitest";
import { readLabConfig } from "./lab-config.ts";
import { embeddedPorts } from "./lab-ports.ts";

const root = "/repository";

describe("the lab's settings", () => {
  it("adds the offset to every port and to the addresses that the services get", () => {
    const config = readLabConfig({ HOLDUP_PORT_OFFSET: "100", HOLDUP_REDIS_PORT: "7000" }, root);
    expect(config.ports).toEqual({
      kafka: 29_192,
      redis: 7100,
      otlp: 4418,
      otlpGrpc: 4417,
      jaeger: 16_786,
      api: 8180,
      console: 8190,
    });
    expect(config.consoleUrl).toBe("http://127.0.0.1:8190");
    expect(config.apiUrl).toBe("http://127.0.0.1:8180");
    expect(config.brokers).toEqual(["127.0.0.1:29192"]);
    expect(config.redisUrl).toBe("redis://127.0.0.1:7100");
    expect(config.otlpEndpoint).toBe("http://127.0.0.1:4418");
    expect(config.jaegerUrl).toBe("http://127.0.0.1:16786");
  });

  it("uses each given address as it is and needs no port for it", () => {
    const config = readLabConfig({ HOLDUP_KAFKA_BROKERS: "kafka:9092", HOLDUP_PORT_OFFSET: "5" }, root);
    expect(config.brokers).toEqual(["kafka:9092"]);
    expect(config.external).toEqual({ kafka: true, redis: false, traces: false });
    expect(embeddedPorts(config).map(({ owner }) => owner)).toEqual([
      "order API",
      "console",
      "trace store, OTLP",
      "trace store, query API",
      "Redis",
    ]);
  });

  it("treats an empty variable as absent", () => {
    expect(readLabConfig({ HOLDUP_KAFKA_BROKERS: " " }, root).external.kafka).toBe(false);
  });

  it("does not move the query API of an external trace backend", () => {
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318", HOLDUP_PORT_OFFSET: "100" };
    expect(readLabConfig(env, root).jaegerUrl).toBe("http://127.0.0.1:16686");
  });

  it("names every wrong setting of lab, services and trace store at once", () => {
    const env = { HOLDUP_KAFKA_PORT: "0", HOLDUP_PARTITIONS: "many", HOLDUP_TRACES_MAX_SPANS: "-1" };
    expect(() => readLabConfig(env, root)).toThrow(
      /HOLDUP_PARTITIONS=many[\s\S]*HOLDUP_KAFKA_PORT=0[\s\S]*HOLDUP_TRACES_MAX_SPANS=-1/,
    );
  });

  it("refuses an offset that moves a port above the highest", () => {
    expect(() => readLabConfig({ HOLDUP_PORT_OFFSET: "40000" }, root)).toThrow(/69092.*65535/);
  });

  it("keeps state in the repository, whatever the working directory", () => {
    expect(readLabConfig({}, root).stateDir).toBe("/repository/.holdup");
    expect(readLabConfig({ HOLDUP_STATE_DIR: "/other" }, root).stateDir).toBe("/other");
  });
});
