import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { pino } from "pino";
import { describe, expect, inject, it, onTestFinished, vi } from "vitest";
import { HoldupError } from "../../core/errors.ts";
import { createKafka } from "../kafka/client.ts";
import { createPublisher } from "../kafka/publisher.ts";
import type { OperationResult, Order, OrderWork } from "../pipeline/order.ts";
import { createOrderStore } from "../pipeline/order-store.ts";
import { deadLetterTopic, type Stage } from "../pipeline/stages.ts";
import { readConfig } from "../settings.ts";
import { runStage } from "./run-stage.ts";

const log = pino({ level: "silent" });
const patience = { timeout: 30_000, interval: 50 };

function makeOrder(change: Partial<Order> = {}): Order {
  return {
    orderId: randomUUID(),
    item: "test-product",
    quantity: 1,
    acceptedAt: new Date().toISOString(),
    seed: 1,
    ...change,
  };
}

const result: OperationResult = {
  span: "data_transformation",
  type: "cpu_heavy",
  intensity: "light",
  operation: "json_processing",
  items: 1,
  checksum: "",
  runMs: 0,
};

/** A stage between topics of its own, with functions to send it messages and to read what it did. */
async function setUp(env: Record<string, string> = {}) {
  const id = randomUUID().slice(0, 8);
  const from = `in-${id}`;
  const to = `out-${id}`;
  const config = readConfig({
    HOLDUP_KAFKA_BROKERS: inject("kafkaBrokers"),
    HOLDUP_REDIS_URL: inject("redisUrl"),
    HOLDUP_RETRY_DELAY_MS: "10",
    ...env,
  });
  const kafka = createKafka({ brokers: config.kafkaBrokers, clientId: `test-${id}`, log });
  const admin = kafka.admin();
  await admin.connect();
  onTestFinished(() => admin.disconnect());
  await admin.createTopics({
    waitForLeaders: true,
    topics: [from, to, deadLetterTopic(from)].map((topic) => ({ topic, numPartitions: 1 })),
  });
  const publisher = await createPublisher(kafka);
  onTestFinished(() => publisher.stop());
  const store = createOrderStore({ url: config.redisUrl, ttlS: 60 });
  onTestFinished(() => store.stop());

  const stage: Stage = {
    name: "processing",
    group: `group-${id}`,
    topic: from,
    nextTopic: to,
    span: "process_order",
    operationSpans: [result.span],
  };
  return {
    admin,
    store,
    group: `group-${id}`,
    from,
    to,
    run: (work: (order: OrderWork) => Promise<void>, onFatal = vi.fn()) =>
      runStage(stage, {
        config,
        log,
        onFatal,
        runOperation: (_, order) => work(order).then(() => result),
      }),
    send: (value: string, key = "k") => publisher.publish({ topic: from, key, value }),
    committed: async () => {
      const [offsets] = await admin.fetchOffsets({ groupId: `group-${id}`, topics: [from] });
      return Number(offsets?.partitions[0]?.offset ?? -1);
    },
    count: async (topic: string) => Number((await admin.fetchTopicOffsets(topic))[0]?.high ?? 0),
    read: (topic: string, messages: number) => readTopic(kafka, topic, messages),
  };
}

async function readTopic(kafka: ReturnType<typeof createKafka>, topic: string, messages: number) {
  const consumer = kafka.consumer({ groupId: randomUUID(), maxWaitTimeInMs: 100 });
  onTestFinished(() => consumer.disconnect());
  const got: { value: string; headers: Record<string, string> }[] = [];
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ message }) => {
      const headers = Object.entries(message.headers ?? {}).map(([name, value]) => [name, String(value)]);
      got.push({ value: String(message.value), headers: Object.fromEntries(headers) });
    },
  });
  await vi.waitFor(() => expect(got.length).toBeGreaterThanOrEqual(messages), patience);
  return got;
}

const nothingToDo = async () => {};

describe("a stage", () => {
  it("adds its section, keeps unknown fields, and commits after each message", async () => {
    const { run, send, read, to, committed } = await setUp();
    const stage = await run(nothingToDo);
    onTestFinished(() => stage.stop());
    await send(JSON.stringify(makeOrder({ note: "kept" })));
    await send(JSON.stringify(makeOrder()));
    const [first] = await read(to, 2);
    expect(JSON.parse(first?.value ?? "")).toMatchObject({
      note: "kept",
      processing: { operations: [result] },
    });
    await vi.waitFor(async () => expect(await committed()).toBe(2), patience);
  });

  it("has one effect for an order that is delivered twice", async () => {
    const { run, send, count, to, committed, store } = await setUp();
    const handled: string[] = [];
    const stage = await run(async (order) => {
      handled.push(order.orderId);
    });
    onTestFinished(() => stage.stop());
    const order = makeOrder();
    await send(JSON.stringify(order));
    await send(JSON.stringify(order));
    await vi.waitFor(async () => expect(await committed()).toBe(2), patience);
    expect(handled).toEqual([order.orderId]);
    expect(await count(to)).toBe(1);
    expect((await store.read(order.orderId))?.stages.processing?.endedAt).toBeDefined();
  });

  it("skips a withdrawn order", async () => {
    const { run, send, count, to, committed, store } = await setUp();
    const order = makeOrder();
    expect(await store.withdraw(order.orderId)).toBe(true);
    await send(JSON.stringify(order));
    const stage = await run(nothingToDo);
    onTestFinished(() => stage.stop());
    await vi.waitFor(async () => expect(await committed()).toBe(1), patience);
    expect(await count(to)).toBe(0);
    expect((await store.read(order.orderId))?.status).toBe("withdrawn");
  });

  it("keeps an order that it has taken when the withdrawal comes later", async () => {
    const { store } = await setUp();
    const order = makeOrder();
    expect(await store.take(order, "processing", "")).toBe("taken");
    expect(await store.withdraw(order.orderId)).toBe(false);
  });

  it.each([
    ["half a document", '{"orderId":'],
    ["an empty value", ""],
    ["another kind of JSON", "[1,2]"],
    ["an order without an id", JSON.stringify({ ...makeOrder(), orderId: undefined })],
    ["bytes that are not text", "\u0000\uFFFD"],
  ])("moves %s to the dead-letter topic and continues", async (_, poison) => {
    const { run, send, read, count, from, to, committed } = await setUp();
    await send(poison, "poisoned");
    await send(JSON.stringify(makeOrder()));
    const stage = await run(nothingToDo);
    onTestFinished(() => stage.stop());
    const [dead] = await read(deadLetterTopic(from), 1);
    expect(dead?.value).toBe(poison);
    expect(dead?.headers).toMatchObject({
      "holdup.error.code": "HOLDUP_MESSAGE_UNPARSABLE",
      "holdup.source.topic": from,
      "holdup.source.partition": "0",
      "holdup.source.offset": "0",
    });
    await vi.waitFor(async () => expect([await committed(), await count(to)]).toEqual([2, 1]), patience);
  });

  it("dead-letters a value that leaves no room for the error's headers as its size and digest", async () => {
    const { run, send, read, from, committed } = await setUp();
    // Just within the 1 MiB that the broker accepts, the same for both topics here.
    const poison = "x".repeat(1024 * 1024 - 100);
    await send(poison);
    await send(JSON.stringify(makeOrder()));
    const stage = await run(nothingToDo);
    onTestFinished(() => stage.stop());
    const [dead] = await read(deadLetterTopic(from), 1);
    expect(dead?.headers).toMatchObject({
      "holdup.error.code": "HOLDUP_MESSAGE_UNPARSABLE",
      "holdup.source.offset": "0",
      "holdup.value.bytes": `${poison.length}`,
    });
    await vi.waitFor(async () => expect(await committed()).toBe(2), patience);
  });

  it("dead-letters an order after the maximum number of attempts, and records that", async () => {
    const { run, send, read, from, store } = await setUp({ HOLDUP_MAX_ATTEMPTS: "3" });
    let attempts = 0;
    const order = makeOrder();
    await send(JSON.stringify(order));
    const stage = await run(async () => {
      attempts += 1;
      throw new HoldupError("HOLDUP_WORKLOAD_FAILED", "the worker ran out of memory");
    });
    onTestFinished(() => stage.stop());
    const [dead] = await read(deadLetterTopic(from), 1);
    expect(dead?.headers["holdup.error.code"]).toBe("HOLDUP_WORKLOAD_FAILED");
    expect(attempts).toBe(3);
    expect(await store.read(order.orderId)).toMatchObject({ status: "dead", dead: { stage: "processing" } });
  });

  it("keeps its partition while one message takes longer than the session time-out", async () => {
    const { run, send, committed, admin, group } = await setUp({ HOLDUP_SESSION_TIMEOUT_MS: "6000" });
    const members = async () =>
      (await admin.describeGroups([group])).groups[0]?.members.map((m) => m.memberId);
    const started = new EventTarget();
    let handled = 0;
    const stage = await run(async () => {
      handled += 1;
      started.dispatchEvent(new Event("started"));
      // Longer than the shortest session time-out that a broker allows, so that it expires.
      await new Promise((resolve) => setTimeout(resolve, 8000));
    });
    onTestFinished(() => stage.stop());
    const running = once(started, "started");
    await send(JSON.stringify(makeOrder()));
    await running;
    const before = await members();
    expect(before).toHaveLength(1);
    await vi.waitFor(async () => expect(await committed()).toBe(1), patience);
    expect(await members()).toEqual(before);
    expect(handled).toBe(1);
  });

  it("finishes and commits the current message when it stops, and leaves the rest", async () => {
    const { run, send, committed, count, to, admin, group } = await setUp();
    const running = Promise.withResolvers<void>();
    const isStopping = Promise.withResolvers<void>();
    const stage = await run(async () => {
      running.resolve();
      await isStopping.promise;
    });
    for (let n = 0; n < 3; n += 1) await send(JSON.stringify(makeOrder()));
    await running.promise;
    const stopped = stage.stop();
    isStopping.resolve();
    await stopped;
    const done = await committed();
    expect(done).toBeGreaterThanOrEqual(1);
    expect(done).toBeLessThan(3);
    expect(await count(to)).toBe(done);
    expect((await admin.describeGroups([group])).groups[0]?.members).toEqual([]);
  });
});
