import { randomUUID } from "node:crypto";
import kafkajs from "kafkajs";
import { pino } from "pino";
import { describe, expect, inject, it, onTestFinished, vi } from "vitest";
import { topics } from "../pipeline/stages.ts";
import { createKafka } from "./client.ts";
import { timedByBroker } from "./topics.ts";

const { CompressionTypes, ConfigResourceTypes } = kafkajs;
const patience = { timeout: 30_000, interval: 50 };
/** The timestamp that the producer sets, in ms since the epoch. */
const claimed = ["1000", "3000", "2000"];

async function setUp() {
  const log = pino({ level: "silent" });
  const kafka = createKafka({ brokers: [inject("kafkaBrokers")], clientId: "test", log });
  const admin = kafka.admin();
  await admin.connect();
  onTestFinished(() => admin.disconnect());
  return { kafka, admin };
}

/** Timestamps that a consumer reads from records sent as one batch. */
async function timesOf(configEntries: { name: string; value: string }[], compression: number) {
  const { kafka, admin } = await setUp();
  const topic = `times-${randomUUID()}`;
  await admin.createTopics({ waitForLeaders: true, topics: [{ topic, numPartitions: 1, configEntries }] });
  const producer = kafka.producer();
  await producer.connect();
  onTestFinished(() => producer.disconnect());
  const messages = claimed.map((timestamp) => ({ value: "v", timestamp }));
  await producer.send({ topic, compression, messages });
  const consumer = kafka.consumer({ groupId: randomUUID(), maxWaitTimeInMs: 100 });
  onTestFinished(() => consumer.disconnect());
  await consumer.subscribe({ topic, fromBeginning: true });
  const times: string[] = [];
  await consumer.run({ eachMessage: async ({ message }) => void times.push(message.timestamp) });
  await vi.waitFor(() => expect(times).toHaveLength(claimed.length), patience);
  return times;
}

describe("the timestamp of a record", () => {
  it.each([
    ["plain", CompressionTypes.None],
    ["compressed", CompressionTypes.GZIP],
  ])("is the broker's for a whole %s batch, whatever the producer sets", async (_, compression) => {
    const times = await timesOf([timedByBroker], compression);
    expect(new Set(times).size).toBe(1);
    expect(claimed).not.toContain(times[0]);
  });

  it("is the producer's where the topic is configured so", async () => {
    const byProducer = { ...timedByBroker, value: "CreateTime" };
    expect(await timesOf([byProducer], CompressionTypes.None)).toEqual(claimed);
  });

  it.each(topics)("is the broker's in %s", async (name) => {
    const { admin } = await setUp();
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: ConfigResourceTypes.TOPIC, name, configNames: [timedByBroker.name] }],
    });
    expect(resources[0]?.configEntries).toEqual([
      expect.objectContaining({ configName: timedByBroker.name, configValue: timedByBroker.value }),
    ]);
  });
});
