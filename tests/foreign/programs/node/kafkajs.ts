// The pipeline with kafkajs: `kafkajs.ts api|billing|mailer|both`; PIPELINE_VARIANT is `each` or `batch`.
import { setTimeout as delay } from "node:timers/promises";
import kafkajs, { type Consumer, type KafkaMessage } from "kafkajs";
import {
  brokers,
  consumerNumber,
  inTopic,
  log,
  now,
  orders,
  outTopic,
  readValue,
  sessionMs,
  variant,
} from "./pipeline.ts";

const role = process.argv[2] ?? "";
const kafka = new kafkajs.Kafka({ brokers: [brokers], logLevel: kafkajs.logLevel.ERROR });
const producer = kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });

async function send(topic: string, id: number, key: string, workMs: number): Promise<void> {
  log({ ev: "sent", id, topic, t: now() });
  const [sent] = await producer.send({ topic, messages: [{ key, value: `${id}:${workMs}` }] });
  log({ ev: "acked", id, topic, p: sent?.partition, o: Number(sent?.baseOffset), t: now() });
}

async function runApi(): Promise<void> {
  const startedMs = performance.now();
  const sending: Promise<void>[] = [];
  for (const { id, atMs, key, workMs } of orders()) {
    await delay(Math.max(0, startedMs + atMs - performance.now()));
    sending.push(send(inTopic, id, key, workMs));
  }
  await Promise.all(sending);
}

async function consume(stage: "billing" | "mailer"): Promise<Consumer> {
  const topic = stage === "billing" ? inTopic : outTopic;
  const c = `${stage}-${consumerNumber}`;
  const consumer = kafka.consumer({ groupId: stage, sessionTimeout: sessionMs });
  const { GROUP_JOIN } = consumer.events;
  consumer.on(GROUP_JOIN, ({ payload }) =>
    log({ ev: "assigned", c, t: now(), ps: payload.memberAssignment[topic] ?? [] }),
  );

  /** `batch`: when the batch with the message was handed over. */
  async function handle(partition: number, message: KafkaMessage, batch?: { b: number }): Promise<void> {
    const s = now();
    const { id, workMs } = readValue(message.value);
    await delay(workMs);
    if (stage === "billing") await send(outTopic, id, String(message.key), 20);
    const at = { topic, p: partition, o: Number(message.offset), ts: Number(message.timestamp) };
    log({ ev: "handled", c, id, ...at, ...batch, s, e: now(), tp: String(message.headers?.["traceparent"]) });
  }

  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await consumer.run(
    variant === "batch"
      ? {
          eachBatch: async ({ batch, resolveOffset, heartbeat }) => {
            const b = now();
            for (const message of batch.messages) {
              await handle(batch.partition, message, { b });
              resolveOffset(message.offset);
              await heartbeat();
            }
          },
        }
      : { eachMessage: ({ partition, message }) => handle(partition, message) },
  );
  return consumer;
}

await producer.connect();
if (role === "api") {
  await runApi();
  await producer.disconnect();
} else {
  const stages =
    role === "both" ? (["billing", "mailer"] as const) : ([role === "billing" ? role : "mailer"] as const);
  const consumers = await Promise.all(stages.map(consume));
  process.once("SIGTERM", async () => {
    await Promise.all(consumers.map((consumer) => consumer.disconnect()));
    await producer.disconnect();
  });
}
