import { afterEach, describe, expect, inject, it, vi } from "vitest";
import { ensureTopics } from "../../shared/kafka/topics.ts";
import { lastStage, serviceNames, stages } from "../../shared/pipeline/stages.ts";
import { holdup } from "../holdup.ts";
import { testKafka } from "../kafka.ts";
import { accept, acceptInTurn, allDone, readOrder } from "../orders.ts";
import { completeTrace, edges, hops } from "../traces.ts";
import { docker, shell } from "./docker.ts";

const lab = inject("composeLab");
const patience = { timeout: 60_000, interval: 200 };

/** Name and state of every container, as docker reports them. */
async function containers(): Promise<
  { Service: string; State: string; Health: string; Publishers: unknown[] }[]
> {
  const lines = await docker(lab.env, "compose", "ps", "--format", "json");
  return lines.split("\n").map((line) => JSON.parse(line));
}

const kafka = () => testKafka(lab.kafkaBrokers);

describe("docker compose up --build -d --wait", () => {
  it("ends with everything healthy", async () => {
    const found = await containers();
    expect(found.map(({ Service }) => Service).sort()).toEqual(
      [...serviceNames, "console", "jaeger", "kafka", "redis"].sort(),
    );
    for (const { Service, State, Health } of found) {
      // Jaeger's image guarantees no program for a health check.
      expect({ Service, State, Health }).toEqual({
        Service,
        State: "running",
        Health: Service === "jaeger" ? "" : "healthy",
      });
    }
    expect((await fetch(`${lab.jaegerUrl}/api/services`)).status).toBe(200);
    expect(await (await fetch(lab.consoleUrl)).text()).toContain("<title>Holdup");
  });

  it("has created the topics, with times set by the broker", async () => {
    const admin = kafka().admin();
    await admin.connect();
    try {
      const { topics } = await admin.fetchTopicMetadata({ topics: stages.map(({ topic }) => topic) });
      expect(topics.map(({ partitions }) => partitions.length)).toEqual(stages.map(() => 3));
      const resource = { type: 2, name: "orders", configNames: ["message.timestamp.type"] };
      const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: [resource] });
      expect(resources[0]?.configEntries[0]?.configValue).toBe("LogAppendTime");
    } finally {
      await admin.disconnect();
    }
    // Running it twice is harmless: every `up` runs it.
    await ensureTopics(kafka(), 3);
  });

  it("publishes ports only on 127.0.0.1, and runs no service as root", async () => {
    const hosts = (await docker(lab.env, "compose", "ps", "--format", "{{.Ports}}")).match(
      /[\d.:[\]]+(?=:\d+->)/g,
    );
    expect(new Set(hosts)).toEqual(new Set(["127.0.0.1"]));
    expect(await docker(lab.env, "compose", "exec", "-T", "processing-service", "id", "-un")).toBe("node");
  });
});

describe("the examples of the README", () => {
  it("work as written: one order, then ten", async () => {
    const at = lab.apiUrl;
    const one = await shell(
      lab.env,
      `curl -s -X POST ${at}/order -H "Content-Type: application/json" -d '{"item": "test-product", "quantity": 1}'`,
    );
    const ten = await shell(
      lab.env,
      `for i in {1..10}; do
        curl -s -X POST ${at}/order \\
          -H "Content-Type: application/json" \\
          -d '{"item": "product-'$i'", "quantity": '$i'}'
        sleep 0.1
      done`,
    );
    const answers = [one, ...ten.split("\n")].map((line) => JSON.parse(line));
    expect(answers).toHaveLength(11);
    for (const { status, links, traceId } of answers) {
      expect(status).toBe("accepted");
      expect(links.trace).toBe(`${lab.jaegerUrl}/trace/${traceId}`);
    }
    await allDone(lab.apiUrl, answers, 110_000);
  });
});

describe("an order", () => {
  it("is one trace in Jaeger across all services, hop by hop, with the same instance names as without containers", async () => {
    const order = await accept(lab.apiUrl, { item: "traced", quantity: 1 });
    await allDone(lab.apiUrl, [order]);
    const spans = await completeTrace(lab.jaegerUrl, order.traceId);
    expect(new Set(spans.map(({ service }) => service))).toEqual(new Set(serviceNames));
    const found = edges(spans);
    expect(found).toEqual(expect.arrayContaining(hops));
    expect(found.filter((edge) => edge.includes("?"))).toEqual([]);
    const clients = spans.flatMap(({ tags }) => tags["messaging.client.id"] ?? []);
    expect(clients).toContain("processing-service-1");
  });
});

describe("scaling", () => {
  afterEach(() => docker(lab.env, "compose", "up", "-d", "--wait", "--scale", "processing-service=1"));

  it("to three with docker compose shares the partitions, and ./holdup sees all three", async () => {
    await docker(lab.env, "compose", "up", "-d", "--wait", "--scale", "processing-service=3");
    const names = [1, 2, 3].map((n) => `processing-service-${n}`);
    const admin = kafka().admin();
    await admin.connect();
    try {
      await vi.waitFor(async () => {
        const { groups } = await admin.describeGroups(["processing-service"]);
        expect(groups[0]?.members.map(({ clientId }) => clientId).sort()).toEqual(names);
      }, patience);
    } finally {
      await admin.disconnect();
    }
    const status = await holdup(["status", "--compose", "--json"], lab.env);
    const processes: { name: string; state: string }[] = JSON.parse(status.stdout).processes;
    const replicas = processes.filter(({ name }) => names.includes(name));
    expect(replicas.map(({ state }) => state)).toEqual(["ready", "ready", "ready"]);
    const orders = await acceptInTurn(lab.apiUrl, 9, (n) => ({ item: `scaled-${n}`, quantity: 1 }));
    await allDone(lab.apiUrl, orders, 110_000);
    for (const { orderId } of orders)
      expect((await readOrder(lab.apiUrl, orderId)).stages[lastStage]).toBeDefined();
  });
});
