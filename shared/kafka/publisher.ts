import { withDeadline } from "../../core/deadline.ts";
import { HoldupError } from "../../core/errors.ts";
import { type Kafka, kafkaError, partitioner } from "./client.ts";
import type { OutgoingMessage } from "./messages.ts";

const longestMs = 4000;

export type Publisher = {
  /**
   * Sends one message and waits until all in-sync replicas have it.
   *
   * @throws HoldupError HOLDUP_KAFKA_UNREACHABLE after `withinMs` (4 s) at the latest; the message may still have arrived.
   * HOLDUP_KAFKA_REJECTED when the broker rejected it
   */
  publish(message: OutgoingMessage, withinMs?: number): Promise<{ partition: number; offset: string }>;
  stop(): Promise<void>;
};

/**
 * A producer with acks from all replicas and one request in flight, so retries keep the order of a partition.
 *
 * It is not idempotent on purpose: after a time-out kafkajs gives the next message the sequence number of the lost one. If the
 * lost one did arrive, the broker treats the next as a duplicate, acknowledges it and drops it. Duplicates are harmless here:
 * effects are deduplicated by order and stage. See docs/decisions/0002-delivery.md.
 */
export async function createPublisher(kafka: Kafka): Promise<Publisher> {
  const producer = kafka.producer({ maxInFlightRequests: 1, createPartitioner: partitioner });
  // Only saves the first order the time to connect: send() connects if necessary.
  await producer.connect().catch(() => {});

  async function send({ topic, key, value, headers }: OutgoingMessage) {
    await producer.connect();
    const message = { key, value, ...(headers ? { headers: { ...headers } } : {}) };
    const [record] = await producer.send({ topic, acks: -1, messages: [message] });
    return { partition: record?.partition ?? -1, offset: record?.baseOffset ?? "-1" };
  }

  return {
    async publish(message, withinMs = longestMs) {
      const what = `a message for topic ${message.topic}`;
      const tooLate = () =>
        new HoldupError(
          "HOLDUP_KAFKA_UNREACHABLE",
          `Kafka did not acknowledge ${what} within ${withinMs} ms. Start it, or check HOLDUP_KAFKA_BROKERS.`,
        );
      try {
        return await withDeadline(send(message), withinMs, tooLate, { ref: true });
      } catch (thrown) {
        throw kafkaError(thrown, what);
      }
    },
    stop: () => producer.disconnect(),
  };
}
