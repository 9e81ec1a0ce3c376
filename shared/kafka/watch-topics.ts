import { HoldupError } from "../../core/errors.ts";
import { type consumers, deadLetterTopic } from "../pipeline/stages.ts";
import { type Kafka, kafkaError } from "./client.ts";

/** Where a partition stands: its first and next offset, and what its group has committed. */
export type PartitionOffsets = {
  readonly partition: number;
  readonly low: number;
  readonly end: number;
  readonly committed: number;
};

/** kafkajs repeats some requests for minutes whatever it is told. */
const longestLookMs = 5_000;

export type TopicWatch = ReturnType<typeof createTopicWatch>;

/**
 * Asks Kafka about the pipeline's topics again and again, over one connection that is kept between the questions and made anew
 * after a failure. All methods throw HOLDUP_KAFKA_UNREACHABLE and its like.
 */
export function createTopicWatch(kafka: Kafka) {
  type Admin = ReturnType<Kafka["admin"]>;
  let open: Promise<Admin> | undefined;

  async function connect(): Promise<Admin> {
    const admin = kafka.admin({ retry: { retries: 0 } });
    try {
      await admin.connect();
      return admin;
    } catch (thrown) {
      await admin.disconnect().catch(() => {});
      throw thrown;
    }
  }

  async function close(): Promise<void> {
    const was = open;
    open = undefined;
    await was?.then((admin) => admin.disconnect()).catch(() => {});
  }

  async function ask<T>(use: (admin: Admin) => Promise<T>): Promise<T> {
    open ??= connect();
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(
      () =>
        late.reject(
          new HoldupError("HOLDUP_KAFKA_UNREACHABLE", `Kafka did not answer within ${longestLookMs} ms.`),
        ),
      longestLookMs,
    );
    try {
      return await Promise.race([open.then(use), late.promise]);
    } catch (thrown) {
      void close();
      throw kafkaError(thrown, "a look-up of offsets");
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    /** Offsets of a topic and its group, by partition; a group that has committed nothing counts from the beginning. */
    offsets: ({ topic, group }: (typeof consumers)[number]): Promise<PartitionOffsets[]> =>
      ask(async (admin) => {
        // In this order: a commit can only be behind an end that is read after it.
        const commits = await admin.fetchOffsets({ groupId: group, topics: [topic] });
        const ends = await admin.fetchTopicOffsets(topic);
        return ends
          .map(({ partition, high, low }) => {
            const stored = Number(
              commits[0]?.partitions.find((one) => one.partition === partition)?.offset ?? -1,
            );
            return {
              partition,
              low: Number(low),
              end: Number(high),
              committed: stored < 0 ? Number(low) : stored,
            };
          })
          .sort((a, b) => a.partition - b.partition);
      }),
    /** Of each partition the first offset that came at a moment or later; its next offset when there is none. */
    firstSince: (topic: string, atMs: number): Promise<ReadonlyMap<number, number>> =>
      ask(async (admin) => {
        const found = await admin.fetchTopicOffsetsByTimestamp(topic, Math.floor(atMs));
        return new Map(found.map(({ partition, offset }) => [partition, Number(offset)]));
      }),
    /** Messages in the dead-letter topic of a topic. */
    deadLetters: (topic: string): Promise<number> =>
      ask(async (admin) => {
        const ends = await admin.fetchTopicOffsets(deadLetterTopic(topic));
        return ends.reduce((sum, { high, low }) => sum + Number(high) - Number(low), 0);
      }),
    close,
  };
}
