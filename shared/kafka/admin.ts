import { setTimeout as delay } from "node:timers/promises";
import { withDeadline } from "../../core/deadline.ts";
import { HoldupError } from "../../core/errors.ts";
import { stages } from "../pipeline/stages.ts";
import { type Kafka, kafkaError } from "./client.ts";

export type Admin = ReturnType<Kafka["admin"]>;

// kafkajs repeats some requests for minutes whatever its settings, such as those for a deleted topic.
const oneOffWithinMs = 10_000;
const repeatedWithinMs = 5_000;

/** Sends admin requests over one connection, which is kept and opened again after a failure. */
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
 * Sends one admin request over a connection of its own.
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

/** Asks the coordinators of the pipeline's groups; each answers once it has loaded its part of the offsets topic. */
export async function pingKafka(kafka: Kafka): Promise<void> {
  await withAdmin(kafka, "a group look-up", (admin) =>
    admin.describeGroups(stages.map(({ group }) => group)),
  );
}

/**
 * Resolves when the group coordinator answers, some hundred ms after the port opens; a consumer that joins earlier fails once.
 *
 * @throws HoldupError HOLDUP_KAFKA_UNREACHABLE after `timeoutMs`, or when `signal` aborts
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

/** Time for which an answer is reused, ms: each check opens a connection. */
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
