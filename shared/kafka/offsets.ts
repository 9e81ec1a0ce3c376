import { deadLetterTopic, type Stage, stages, topics } from "../pipeline/stages.ts";
import { type Admin, keepAdmin, withAdmin } from "./admin.ts";
import type { Kafka } from "./client.ts";

/** The first and next offset of a partition, and the committed offset of its group. */
export type PartitionOffsets = {
  readonly partition: number;
  readonly low: number;
  readonly end: number;
  /** Equal to `low` when the group has committed nothing yet. */
  readonly committed: number;
};

/** Lag of a group on one partition, in messages. */
export type PartitionLag = Omit<PartitionOffsets, "low"> & {
  readonly topic: string;
  readonly group: string;
  readonly lag: number;
};

const lookUp = "a look-up of offsets";

/** Offsets of a stage's topic and group, by partition. */
async function offsetsOf(
  admin: Admin,
  { topic, group }: Pick<Stage, "topic" | "group">,
): Promise<PartitionOffsets[]> {
  // In this order: a commit cannot be ahead of an end that is read later.
  const [commits] = await admin.fetchOffsets({ groupId: group, topics: [topic] });
  const ends = await admin.fetchTopicOffsets(topic);
  return ends
    .map(({ partition, high, low }) => {
      const stored = Number(commits?.partitions.find((one) => one.partition === partition)?.offset ?? -1);
      const committed = stored < 0 ? Number(low) : stored;
      return { partition, low: Number(low), end: Number(high), committed };
    })
    .sort((a, b) => a.partition - b.partition);
}

async function countDead(admin: Admin, source: string): Promise<number> {
  const ends = await admin.fetchTopicOffsets(deadLetterTopic(source));
  return ends.reduce((sum, { high, low }) => sum + Number(high) - Number(low), 0);
}

/** Lag of every partition of the pipeline. Throws as `withAdmin` does. */
export async function describeLag(kafka: Kafka): Promise<PartitionLag[]> {
  return withAdmin(kafka, lookUp, async (admin) => {
    const rows = stages.map(async ({ topic, group }) => {
      const offsets = await offsetsOf(admin, { topic, group });
      return offsets.map(({ partition, end, committed }) => {
        return { topic, partition, group, end, committed, lag: end - committed };
      });
    });
    return (await Promise.all(rows)).flat();
  });
}

/** Number of messages in each dead-letter topic. Throws as `withAdmin` does. */
export async function countDeadLetters(kafka: Kafka): Promise<{ topic: string; messages: number }[]> {
  return withAdmin(kafka, lookUp, (admin) =>
    Promise.all(
      topics.map(async (source) => ({
        topic: deadLetterTopic(source),
        messages: await countDead(admin, source),
      })),
    ),
  );
}

export type OffsetReader = ReturnType<typeof createOffsetReader>;

/** Reads offsets of the pipeline's topics repeatedly, over one connection. All but `close` throw as `KeptAdmin` does. */
export function createOffsetReader(kafka: Kafka) {
  const { ask, close } = keepAdmin(kafka);
  return {
    offsets: (stage: Stage) => ask(lookUp, (admin) => offsetsOf(admin, stage)),
    /** For each partition the first offset that was appended at or after a time; the partition's next offset without one. */
    firstSince: (topic: string, atMs: number): Promise<ReadonlyMap<number, number>> =>
      ask(lookUp, async (admin) => {
        const found = await admin.fetchTopicOffsetsByTimestamp(topic, Math.floor(atMs));
        return new Map(found.map(({ partition, offset }) => [partition, Number(offset)]));
      }),
    /** Messages in the dead-letter topic of a topic. */
    deadLetters: (topic: string) => ask(lookUp, (admin) => countDead(admin, topic)),
    close,
  };
}
