import { setTimeout as delay } from "node:timers/promises";
import { trace } from "@opentelemetry/api";
import type { HoldupError } from "../../core/errors.ts";
import { createKafka, kafkaError } from "../kafka/client.ts";
import { createProbe } from "../kafka/probe.ts";
import { createPublisher } from "../kafka/publisher.ts";
import { watchConsumer } from "../kafka/watch-consumer.ts";
import { createOrderStore } from "../pipeline/order-store.ts";
import { createRunsUnderWay, type RunsUnderWay } from "../report/runs-under-way.ts";
import type { Config } from "../settings.ts";
import type { Logger } from "../telemetry/log.ts";
import type { Stage } from "./define-stage.ts";
import { type DeliverContext, deliver } from "./deliver.ts";
import { createWaitSpans } from "./wait-spans.ts";

export type RunningStage = {
  /** Rejects while the stage cannot work: each name is one thing that it needs. */
  readonly checks: Readonly<Record<string, () => Promise<void>>>;
  /** What is being handled. */
  readonly runs: RunsUnderWay;
  /** Finishes and commits the message at hand, leaves the group, and disconnects. */
  stop(): Promise<void>;
};

/** Fetches are answered after this long even when there is nothing, in ms; a stop waits for the answer. */
const fetchWaitMs = 500;
const reconnectDelayMs = 500;
/**
 * How long the group waits for a member that finishes its message before it hands out partitions anew, ms. Beyond it the
 * message would run on two consumers at once. A member that died holds it up no longer than the session time-out.
 */
const rebalanceMs = 600_000;

/**
 * Consumes the topic of a stage until stopped: one partition at a time by default, a commit after each message,
 * heartbeats however long a message takes. Waits for Kafka when it is away, now or later.
 */
export async function runStage(
  stage: Stage,
  options: {
    config: Config;
    log: Logger;
    runOperation: DeliverContext["runOperation"];
    /** The consumer gave up for good; the process should end and be started again. */
    onFatal: (error: Error) => void;
  },
): Promise<RunningStage> {
  const { config, log } = options;
  const stopping = new AbortController();
  const kafka = createKafka({ brokers: config.kafkaBrokers, clientId: config.instance, log });
  const store = createOrderStore({ url: config.redisUrl, ttlS: config.orderTtlS });
  const publisher = await createPublisher(kafka);
  const runs = createRunsUnderWay(stage.from);
  const pingKafka = createProbe(kafka);
  const context: DeliverContext = {
    stage,
    store,
    publisher,
    runOperation: options.runOperation,
    log,
    attempts: {
      maxAttempts: config.maxAttempts,
      retryDelayMs: config.retryDelayMs,
      signal: stopping.signal,
    },
  };

  const heartbeatInterval = Math.min(3000, Math.floor(config.sessionTimeoutMs / 3));
  const consumer = kafka.consumer({
    groupId: stage.group,
    sessionTimeout: config.sessionTimeoutMs,
    heartbeatInterval,
    rebalanceTimeout: rebalanceMs,
    maxWaitTimeInMs: fetchWaitMs,
    retry: { retries: 5, initialRetryTime: 200, maxRetryTime: 2000, restartOnFailure: async () => true },
  });
  const view = watchConsumer(consumer, stage.from);
  const waitSpans = createWaitSpans({
    topic: stage.from,
    consumer: config.instance,
    concurrency: config.concurrentPartitions,
    minMs: config.waitSpanMinMs,
    log,
  });
  let inGroup = false;
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    inGroup = true;
    log.info({ partitions: payload.memberAssignment[stage.from] ?? [] }, `joined group ${stage.group}`);
  });
  consumer.on(consumer.events.STOP, () => {
    inGroup = false;
  });
  consumer.on(consumer.events.CRASH, ({ payload: { error, restart } }) => {
    inGroup = false;
    if (restart || stopping.signal.aborted) return;
    // kafkajs gives up on an outage that lasts; it has disconnected by now, and can be started again.
    const reason = kafkaError(error, "the consumer's requests");
    if (reason.code === "HOLDUP_INTERNAL") options.onFatal(error);
    else consuming = keepTrying(reason);
  });

  async function consume(): Promise<void> {
    await consumer.connect();
    await consumer.subscribe({ topic: stage.from, fromBeginning: true });
    await consumer.run({
      partitionsConsumedConcurrently: config.concurrentPartitions,
      autoCommit: true,
      autoCommitThreshold: 1,
      eachMessage: async ({ partition, message, heartbeat }) => {
        const { offset, key, value, headers = {} } = message;
        const span = trace.getActiveSpan();
        const recordTimeMs = Number(message.timestamp);
        const assignedAtMs = view.assignedAtMs(partition);
        const fetchedAtMs = view.fetchedAtMs();
        span?.setAttributes({
          "messaging.consumer.group.name": stage.group,
          "messaging.client.id": config.instance,
          "messaging.kafka.message.timestamp": recordTimeMs,
          "holdup.consumer.concurrency": config.concurrentPartitions,
          ...(assignedAtMs !== undefined && { "holdup.partition.assigned_at": assignedAtMs }),
          ...(fetchedAtMs !== undefined && { "holdup.fetched_at": fetchedAtMs }),
        });
        const place = { partition, offset, headers };
        const { run, end } = waitSpans.begin({ ...place, recordTimeMs, assignedAtMs, fetchedAtMs, span });
        const ended = runs.begin({
          partition,
          offset: Number(offset),
          startedAtMs: Date.now(),
          ...(recordTimeMs >= 0 && { availableAtMs: recordTimeMs }),
          handling: run,
        });
        // kafkajs sends heartbeats between messages only. A rebalance that this one learns of is dealt with by the
        // heartbeat that follows the message.
        const beat = setInterval(() => heartbeat().catch(() => {}), heartbeatInterval);
        try {
          await deliver({ ...place, key, value }, context, run);
        } finally {
          clearInterval(beat);
          end();
          ended();
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
        failure = kafkaError(thrown, `the subscription to ${stage.from}`);
      }
    }
  }
  let consuming = keepTrying();

  return {
    runs,
    checks: {
      redis: () => store.ping(),
      kafka: pingKafka,
      group: async () => {
        if (!inGroup) throw new Error(`not yet a member of group ${stage.group}`);
      },
    },
    async stop() {
      stopping.abort();
      await consuming;
      await consumer.disconnect();
      waitSpans.flush();
      await publisher.stop();
      await store.stop();
    },
  };
}
