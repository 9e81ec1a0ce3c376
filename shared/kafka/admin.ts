import { setTimeout as delay } from "node:timers/promises";
import { withDeadline } from "../../core/deadline.ts";
import { HoldupError } from "../../core/errors.ts";
import { deadLetterTopic, stages, topics } from "../pipeline/stages.ts";
import { type Kafka, kafkaError } from "./client.ts";

export type Admin = ReturnType<Kafka["admin"]>;

// kafkajs repeats some requests for minutes whatever its settings, such as those for a topic that is gone.
const oneOffWithinMs = 10_000;
const repeatedWithinMs = 5_000;

/** Asks Kafka over one connection that is kept between questions and opened again after a failure. */
export type KeptAdmin = {
  /** @throws HoldupError HOLDUP_KAFKA_UNREACHABLE, after 5 s at the latest, or HOLDUP_KAFKA_REJECTED */
  ask<T>(what: string, use: (admin: Admin) => Promise<T>): Promise<T>;
  close(): Promise<void>;
};

export function keepAdmin(kafka: Kafka): KeptAdmin {
  let open: Promise<Admin> | undefined;

  async function close(): Promise<void> {
    const closing = open;
    open = undefined;
    await closing?.then((admin) => admin.disconnect()).catch(() => {});
  }

  return {
    async ask(what, use) {
      open ??= connect(kafka);
      try {
        return await withDeadline(open.then(use), repeatedWithinMs, () => tooLate(what, repeatedWithinMs));
      } catch (thrown) {
        void close();
        throw kafkaError(thrown, what);
      }
    },
    close,
  };
}

/**
 * Asks Kafka once, over a connection of its own.
 *
 * @throws HoldupError HOLDUP_KAFKA_UNREACHABLE, after 10 s at the latest, or HOLDUP_KAFKA_REJECTED
 */
export async function withAdmin<T>(
  kafka: Kafka,
  what: string,
  use: (admin: Admin) => Promise<T>,
): Promise<T> {
  const open = connect(kafka);
  try {
    return await withDeadline(open.then(use), oneOffWithinMs, () => tooLate(what, oneOffWithinMs));
  } catch (thrown) {
    throw kafkaError(thrown, what);
  } finally {
    await open.then((admin) => admin.disconnect()).catch(() => {});
  }
}

async function connect(kafka: Kafka): Promise<Admin> {
  const admin = kafka.admin({ retry: { retries: 0 } });
  try {
    await admin.connect();
    return admin;
  } catch (thrown) {
    await admin.disconnect().catch(() => {});
    throw thrown;
  }
}

function tooLate(what: string, ms: number): HoldupError {
  return new HoldupError("HOLDUP_KAFKA_UNREACHABLE", `Kafka did not finish ${what} within ${ms} ms.`);
}

/** Asks the coordinators of the pipeline's groups; each must have loaded its part of the offsets topic to answer. */
export async function pingKafka(kafka: Kafka): Promise<void> {
  await withAdmin(kafka, "a group look-up", (admin) =>
    admin.describeGroups(stages.map(({ group }) => group)),
  );
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

/** An answer younger than this is given again, in ms: each question opens a connection. */
const freshMs = 1000;

/** A check that Kafka answers, cheap enough for every readiness probe. */
export function createProbe(kafka: Kafka): () => Promise<void> {
  let askedMs = Number.NEGATIVE_INFINITY;
  let answer = Promise.resolve();
  return () => {
    if (performance.now() - askedMs > freshMs) {
      askedMs = performance.now();
      answer = pingKafka(kafka);
      answer.catch(() => {});
    }
    return answer;
  };
}

/** The timestamp of a record is the time at which the broker appended it: waiting for a consumer starts there. */
export const timedByBroker = { name: "message.timestamp.type", value: "LogAppendTime" };

/**
 * Creates the topics of the pipeline and their dead-letter topics where they are missing; never changes existing ones. The
 * lab's own broker has `timedByBroker` as its default too, which covers topics that an older Holdup created.
 */
export async function ensureTopics(kafka: Kafka, partitions: number): Promise<void> {
  await withAdmin(kafka, "the creation of topics", async (admin) => {
    await admin.createTopics({
      waitForLeaders: true,
      topics: [
        ...topics.map((topic) => ({ topic, numPartitions: partitions, configEntries: [timedByBroker] })),
        ...topics.map((topic) => ({
          topic: deadLetterTopic(topic),
          numPartitions: 1,
          // Room for the error's headers next to the largest message that the source topic takes (1 MiB).
          configEntries: [{ name: "max.message.bytes", value: `${2 * 1024 * 1024}` }],
        })),
      ],
    });
  });
}
