import { fork } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { expect, inject, onTestFinished, vi } from "vitest";
import { z } from "zod";
import { timedByBroker } from "../shared/kafka/topics.ts";
import type { Order } from "../shared/pipeline/order.ts";
import type { OperationName } from "../shared/pipeline/workload-names.ts";
import { bareEnvironment, root } from "./holdup.ts";
import { testKafka } from "./kafka.ts";
import { readTrace, type SpanView } from "./traces.ts";

const patience = { timeout: 60_000, interval: 20 };
const holding = z.object({ holding: z.string() });

/** A message in a topic, and the context of the producer's span in its headers. */
export type Sent = {
  readonly orderId: string;
  readonly traceId: string;
  readonly producerId: string;
  readonly sentMs: number;
};

/** A topic of three partitions, messages in it, and consumers of it that hold each message until it is released. */
export async function heldTopic() {
  const topic = `held-${randomUUID().slice(0, 8)}`;
  const kafka = testKafka(inject("kafkaBrokers"));
  const admin = kafka.admin();
  await admin.connect();
  onTestFinished(() => admin.disconnect());
  await admin.createTopics({
    waitForLeaders: true,
    topics: [{ topic, numPartitions: 3, configEntries: [timedByBroker] }],
  });
  const producer = kafka.producer();
  await producer.connect();
  onTestFinished(() => producer.disconnect());

  return {
    topic,
    async send(partition: number, operation: OperationName = "json_processing"): Promise<Sent> {
      const traceId = randomBytes(16).toString("hex");
      const producerId = randomBytes(8).toString("hex");
      const order: Order = {
        orderId: randomUUID(),
        item: "held",
        quantity: 1,
        acceptedAt: new Date().toISOString(),
        seed: 1,
        workload: { business_logic: operation },
      };
      const headers = { traceparent: `00-${traceId}-${producerId}-01` };
      await producer.send({ topic, messages: [{ partition, value: JSON.stringify(order), headers }] });
      return { orderId: order.orderId, traceId, producerId, sentMs: Date.now() };
    },
    /** Waits until this many messages have been handled and committed. */
    async handled(messages: number): Promise<void> {
      await vi.waitFor(async () => {
        const [committed] = await admin.fetchOffsets({ groupId: `group-${topic}`, topics: [topic] });
        const offsets = committed?.partitions.map(({ offset }) => Math.max(0, Number(offset))) ?? [];
        expect(offsets.reduce((sum, offset) => sum + offset, 0)).toBe(messages);
      }, patience);
    },
    consume: (env: Readonly<Record<string, string>> = {}) => startHolding(topic, env),
  };
}

async function startHolding(topic: string, env: Readonly<Record<string, string>>) {
  const otlpPort = 4318 + Number(inject("labEnv")["HOLDUP_PORT_OFFSET"]);
  const child = fork(join(root, "tests/held-stage.fixture.ts"), [topic, `group-${topic}`], {
    cwd: root,
    execArgv: ["--no-warnings", "--import", "./shared/telemetry/preload.ts"],
    env: {
      ...bareEnvironment(),
      HOLDUP_KAFKA_BROKERS: inject("kafkaBrokers"),
      HOLDUP_REDIS_URL: inject("redisUrl"),
      HOLDUP_INSTANCE: `holder-${topic}`,
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${otlpPort}`,
      OTEL_SERVICE_NAME: "held-stage",
      ...env,
    },
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const held = new Set<string>();
  child.on("message", (message) => void held.add(holding.parse(message).holding));

  async function release({ orderId }: Sent): Promise<void> {
    await vi.waitFor(() => expect([...held]).toContain(orderId), patience);
    child.send({ release: orderId });
  }
  return {
    holds: ({ orderId }: Sent) =>
      vi.waitFor(() => expect([...held]).toContain(orderId), patience).then(() => {}),
    release,
    /** Releases the messages one after the other and stops the consumer, after which all its spans are written. */
    async finish(...sent: readonly Sent[]): Promise<void> {
      for (const one of sent) await release(one);
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      await ended;
    },
  };
}

/** Waits until the arranged cause is the greater part of a message's wait. */
export async function hasWaited({ sentMs }: Sent): Promise<void> {
  await vi.waitFor(() => expect(Date.now() - sentMs).toBeGreaterThan(1500), patience);
}

/** The CONSUMER span of a message and the span of its wait, if there is one. The consumer has ended. */
export async function spansOf(topic: string, { traceId }: Sent): Promise<{ run: SpanView; wait?: SpanView }> {
  return vi.waitFor(async () => {
    const spans = await readTrace(inject("jaegerUrl"), traceId);
    const run = spans.find(({ name }) => name === `process ${topic}`);
    const wait = spans.find(({ name }) => name === `wait ${topic}`);
    if (!run) throw new Error(`no span process ${topic} in trace ${traceId}`);
    return { run, ...(wait && { wait }) };
  }, patience);
}
