import { setTimeout as delay } from "node:timers/promises";
import { HoldupError } from "../../core/errors.ts";
import { consumers, deadLetterTopic, topics } from "../pipeline/stages.ts";
import { type Kafka, kafkaError } from "./client.ts";

/** kafkajs repeats some requests for minutes whatever it is told, such as those for a topic that is gone. */
const longestLookUpMs = 10_000;

/** How far a group is behind on one partition, in messages. */
export type PartitionLag = {
  readonly topic: string;
  readonly partition: number;
  readonly group: string;
  readonly end: number;
  readonly committed: number;
  readonly lag: number;
};

async function withAdmin<T>(
  kafka: Kafka,
  what: string,
  use: (admin: ReturnType<Kafka["admin"]>) => Promise<T>,
) {
  const admin = kafka.admin({ retry: { retries: 0 } });
  const late = delay(longestLookUpMs, undefined, { ref: false }).then(() => {
    throw new HoldupError(
      "HOLDUP_KAFKA_UNREACHABLE",
      `Kafka did not finish ${what} within ${longestLookUpMs} ms.`,
    );
  });
  late.catch(() => {});
  try {
    return await Promise.race([admin.connect().then(() => use(admin)), late]);
  } catch (thrown) {
    throw kafkaError(thrown, what);
  } finally {
    await admin.disconnect().catch(() => {});
  }
}

/**
 * Resolves when the group coordinator answers, which is some hundred ms after the port opens; a consumer that joins
 * earlier fails once.
 *
 * @throws HoldupError HOLDUP_KAFKA_UNREACHABLE when that takes longer than `timeoutMs`, or `signal` aborts
 */
export async function waitForKafka(
  kafka: Kafka,
  options: { timeoutMs: number; signal?: AbortSignal },
): Promise<void> {
  const deadline = Date.now() + options.timeoutMs;
  for (;;) {
    try {
      return await pingKafka(kafka);
    } catch (thrown) {
      if (Date.now() > deadline || options.signal?.aborted) throw thrown;
      await delay(100);
    }
  }
}

/** Asks the coordinators of the pipeline's groups; each must have loaded its part of the offsets topic to answer. */
export async function pingKafka(kafka: Kafka): Promise<void> {
  await withAdmin(kafka, "a group look-up", (admin) =>
    admin.describeGroups(consumers.map(({ group }) => group)),
  );
}

/** The timestamp of a record is the moment when the broker had it: waiting for a consumer starts there. */
export const timedByBroker = { name: "message.timestamp.type", value: "LogAppendTime" };

/**
 * Makes the topics of the pipeline and their dead-letter topics where they are missing; never changes existing ones. The
 * lab's own broker has `timedByBroker` for a default too, and so for topics that an older Holdup has made.
 */
export async function ensureTopics(kafka: Kafka, partitions: number): Promise<void> {
  await withAdmin(kafka, "the making of topics", async (admin) => {
    const names = Object.values(topics);
    await admin.createTopics({
      waitForLeaders: true,
      topics: [
        ...names.map((topic) => ({ topic, numPartitions: partitions, configEntries: [timedByBroker] })),
        ...names.map((topic) => ({
          topic: deadLetterTopic(topic),
          numPartitions: 1,
          // Room for the error's headers beside the largest message that the source topic takes (1 MiB).
          configEntries: [{ name: "max.message.bytes", value: `${2 * 1024 * 1024}` }],
        })),
      ],
    });
  });
}

/** Lag of every partition of the pipeline; a group that has committed nothing yet counts from the beginning. */
export async function describeLag(kafka: Kafka): Promise<PartitionLag[]> {
  return withAdmin(kafka, "a look-up of offsets", async (admin) => {
    const rows = await Promise.all(
      consumers.map(async ({ topic, group }) => {
        // In this order: a commit can only be behind an end that is read after it.
        const commits = await admin.fetchOffsets({ groupId: group, topics: [topic] });
        const ends = await admin.fetchTopicOffsets(topic);
        return ends.map(({ partition, high, low }) => {
          const stored = commits[0]?.partitions.find((p) => p.partition === partition)?.offset ?? "-1";
          const committed = stored === "-1" ? Number(low) : Number(stored);
          return { topic, partition, group, end: Number(high), committed, lag: Number(high) - committed };
        });
      }),
    );
    return rows.flatMap((of) => of.sort((a, b) => a.partition - b.partition));
  });
}

/** How many messages each dead-letter topic holds. */
export async function countDeadLetters(kafka: Kafka): Promise<{ topic: string; messages: number }[]> {
  return withAdmin(kafka, "a look-up of offsets", (admin) =>
    Promise.all(
      Object.values(topics).map(async (source) => {
        const topic = deadLetterTopic(source);
        const ends = await admin.fetchTopicOffsets(topic);
        return { topic, messages: ends.reduce((sum, end) => sum + Number(end.high) - Number(end.low), 0) };
      }),
    ),
  );
}
