import { setTimeout as delay } from "node:timers/promises";
import type { HoldupError } from "../../core/errors.ts";
import type { Logger } from "../telemetry/log.ts";
import { type Kafka, kafkaError } from "./client.ts";
import type { IncomingMessage } from "./messages.ts";

/** Longest time that the broker holds a fetch without messages, ms; a stop waits for the response. */
const fetchWaitMs = 500;
const reconnectDelayMs = 500;
/**
 * How long a rebalance waits for a member that is finishing its message, ms. After that the message would run on two consumers
 * at once. A dead member delays a rebalance by at most the session time-out.
 */
const rebalanceMs = 600_000;

export type ConsumerOptions = {
  readonly topic: string;
  readonly group: string;
  readonly sessionTimeoutMs: number;
  /** Partitions handled at a time; at 1 the consumer's partitions hold one another up. */
  readonly concurrentPartitions: number;
  /** Handles one message. When it resolves, the offset is committed; when it rejects, the message is delivered again. */
  readonly handle: (message: IncomingMessage) => Promise<void>;
  readonly log: Logger;
  /** Called when the consumer has given up; the process should end and be restarted. */
  readonly onFatal: (error: Error) => void;
};

export type RunningConsumer = {
  /** Whether it is a member of its group now. */
  isMember(): boolean;
  /** Finishes and commits the current message, leaves the group, and disconnects. */
  stop(): Promise<void>;
};

/**
 * Consumes a topic until stopped. It commits after each message, sends heartbeats however long a message takes, and waits for
 * Kafka whenever it is down.
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
    // kafkajs gives up during a long outage; it has disconnected by now and can be restarted.
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

/** Records what only the consumer's events show; call it before the consumer runs. */
function watchEvents(consumer: ReturnType<Kafka["consumer"]>, topic: string) {
  const { GROUP_JOIN, FETCH_START, FETCH } = consumer.events;
  let assigned = new Map<number, number>();
  let fetchedAtMs: number | undefined;
  const nodes = new Set<number>();
  consumer.on(GROUP_JOIN, ({ timestamp, payload }) => {
    // In a rebalance kafkajs gives up all partitions, and then gets those that it keeps again.
    assigned = new Map(payload.memberAssignment[topic]?.map((partition) => [partition, timestamp]));
  });
  consumer.on(FETCH_START, ({ payload }) => void nodes.add(payload.nodeId));
  consumer.on(FETCH, ({ timestamp }) => {
    fetchedAtMs = timestamp;
  });
  return {
    assignedAtMs: (partition: number) => assigned.get(partition),
    // kafkajs fetches from each broker separately, and again only when everything from the last fetch is handled.
    fetchedAtMs: () => (nodes.size === 1 ? fetchedAtMs : undefined),
  };
}
