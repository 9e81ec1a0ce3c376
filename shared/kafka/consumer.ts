import { setTimeout as delay } from "node:timers/promises";
import type { HoldupError } from "../../core/errors.ts";
import type { Logger } from "../telemetry/log.ts";
import { type Kafka, kafkaError } from "./client.ts";
import type { IncomingMessage } from "./messages.ts";

/** Fetches are answered after this long even when there is nothing, in ms; a stop waits for the answer. */
const fetchWaitMs = 500;
const reconnectDelayMs = 500;
/**
 * How long the group waits for a member that finishes its message before it reassigns the partitions, ms. Beyond it the
 * message would run on two consumers at once. A member that died delays it no longer than the session time-out.
 */
const rebalanceMs = 600_000;

export type ConsumerOptions = {
  readonly topic: string;
  readonly group: string;
  readonly sessionTimeoutMs: number;
  /** Partitions handled at a time; at 1 the consumer's partitions hold up one another. */
  readonly concurrentPartitions: number;
  /** Handles one message; its offset is committed when this resolves, and the message is delivered again when it rejects. */
  readonly handle: (message: IncomingMessage) => Promise<void>;
  readonly log: Logger;
  /** The consumer gave up for good; the process should end and be started again. */
  readonly onFatal: (error: Error) => void;
};

export type RunningConsumer = {
  /** Whether it is a member of its group right now. */
  isMember(): boolean;
  /** Finishes and commits the message at hand, leaves the group, and disconnects. */
  stop(): Promise<void>;
};

/**
 * Consumes a topic until stopped: a commit after each message, and heartbeats however long a message takes. Waits for Kafka
 * when it is away, now or later.
 */
export function startConsumer(kafka: Kafka, options: ConsumerOptions): RunningConsumer {
  const { topic, group, sessionTimeoutMs, concurrentPartitions, handle, log } = options;
  const stopping = new AbortController();
  const heartbeatInterval = Math.min(3000, Math.floor(sessionTimeoutMs / 3));
  const consumer = kafka.consumer({
    groupId: group,
    sessionTimeout: sessionTimeoutMs,
    heartbeatInterval,
    rebalanceTimeout: rebalanceMs,
    maxWaitTimeInMs: fetchWaitMs,
    retry: { retries: 5, initialRetryTime: 200, maxRetryTime: 2000, restartOnFailure: async () => true },
  });
  const { assignedAtMs, fetchedAtMs } = watchEvents(consumer, topic);
  let isMember = false;
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    isMember = true;
    log.info({ partitions: payload.memberAssignment[topic] ?? [] }, `joined group ${group}`);
  });
  consumer.on(consumer.events.STOP, () => {
    isMember = false;
  });
  consumer.on(consumer.events.CRASH, ({ payload: { error, restart } }) => {
    isMember = false;
    if (restart || stopping.signal.aborted) return;
    // kafkajs gives up when an outage lasts; it has disconnected by now and can be started again.
    const reason = kafkaError(error, "the consumer's requests");
    if (reason.code === "HOLDUP_INTERNAL") options.onFatal(error);
    else consuming = keepTrying(reason);
  });

  async function consume(): Promise<void> {
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      partitionsConsumedConcurrently: concurrentPartitions,
      autoCommit: true,
      autoCommitThreshold: 1,
      eachMessage: async ({ partition, message, heartbeat }) => {
        const { offset, key, value, headers = {}, timestamp } = message;
        // kafkajs sends heartbeats between messages only. A rebalance that this one reports is handled by the heartbeat that
        // follows the message.
        const beat = setInterval(() => heartbeat().catch(() => {}), heartbeatInterval);
        try {
          await handle({
            partition,
            offset,
            key,
            value,
            headers,
            recordTimeMs: Number(timestamp),
            assignedAtMs: assignedAtMs(partition),
            fetchedAtMs: fetchedAtMs(),
          });
        } finally {
          clearInterval(beat);
        }
      },
    });
  }

  async function keepTrying(reason?: HoldupError): Promise<void> {
    let failure = reason;
    while (!stopping.signal.aborted) {
      if (failure) {
        log.info({ err: failure }, "waiting for Kafka");
        await delay(reconnectDelayMs, undefined, { signal: stopping.signal }).catch(() => {});
      }
      try {
        return await consume();
      } catch (thrown) {
        failure = kafkaError(thrown, `the subscription to ${topic}`);
      }
    }
  }
  let consuming = keepTrying();

  return {
    isMember: () => isMember,
    async stop() {
      stopping.abort();
      await consuming;
      await consumer.disconnect();
    },
  };
}

/** What the consumer's own events show and no message does; must be called before the consumer runs. */
function watchEvents(consumer: ReturnType<Kafka["consumer"]>, topic: string) {
  const { GROUP_JOIN, FETCH_START, FETCH } = consumer.events;
  let assigned = new Map<number, number>();
  let fetchedAtMs: number | undefined;
  const nodes = new Set<number>();
  consumer.on(GROUP_JOIN, ({ timestamp, payload }) => {
    // kafkajs gives up all partitions in a rebalance, and is assigned again those that it keeps.
    assigned = new Map(payload.memberAssignment[topic]?.map((partition) => [partition, timestamp]));
  });
  consumer.on(FETCH_START, ({ payload }) => void nodes.add(payload.nodeId));
  consumer.on(FETCH, ({ timestamp }) => {
    fetchedAtMs = timestamp;
  });
  return {
    assignedAtMs: (partition: number) => assigned.get(partition),
    // kafkajs fetches from a broker again when all that the last fetch brought is handled, and from each broker separately.
    fetchedAtMs: () => (nodes.size === 1 ? fetchedAtMs : undefined),
  };
}
