import { setTimeout as delay } from "node:timers/promises";
import { HoldupError } from "../errors.ts";
import { type Kafka, kafkaError, partitioner } from "./client.ts";

export type OutgoingMessage = {
  readonly topic: string;
  readonly key: string;
  readonly value: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
};

export type Publisher = {
  /**
   * Sends one message and waits until all in-sync replicas have it.
   *
   * @throws HoldupError HOLDUP_KAFKA_UNREACHABLE after `deadlineMs` at the latest; the message may still have arrived.
   * HOLDUP_KAFKA_REJECTED when the broker refused it for good
   */
  publish(message: OutgoingMessage): Promise<{ partition: number; offset: string }>;
  stop(): Promise<void>;
};

/**
 * A producer with acks from all replicas and one request in flight, so that retries keep the order of a partition.
 *
 * Not idempotent on purpose: after a time-out kafkajs gives the next message the sequence number of the lost one. If the
 * lost one had arrived, the broker takes the next for a duplicate, acknowledges it and drops it. Duplicates, on the
 * other hand, do no harm here: effects are deduplicated by order and stage. See docs/decisions/0002-delivery.md.
 */
export async function createPublisher(kafka: Kafka, deadlineMs = 4000): Promise<Publisher> {
  const producer = kafka.producer({ maxInFlightRequests: 1, createPartitioner: partitioner });
  // Connecting early only saves the first order the time; send() connects by itself.
  await producer.connect().catch(() => {});

  async function send({ topic, key, value, headers }: OutgoingMessage) {
    await producer.connect();
    const message = { key, value, ...(headers ? { headers: { ...headers } } : {}) };
    const [record] = await producer.send({ topic, acks: -1, messages: [message] });
    return { partition: record?.partition ?? -1, offset: record?.baseOffset ?? "-1" };
  }

  return {
    async publish(message) {
      const what = `a message for topic ${message.topic}`;
      const timer = new AbortController();
      const late = delay(deadlineMs, undefined, { signal: timer.signal }).then(() => {
        throw new HoldupError(
          "HOLDUP_KAFKA_UNREACHABLE",
          `Kafka did not acknowledge ${what} within ${deadlineMs} ms. Start it, or check HOLDUP_KAFKA_BROKERS.`,
        );
      });
      try {
        return await Promise.race([send(message), late]);
      } catch (thrown) {
        throw kafkaError(thrown, what);
      } finally {
        timer.abort();
        late.catch(() => {});
      }
    },
    stop: () => producer.disconnect(),
  };
}
