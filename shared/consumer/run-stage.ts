import { trace } from "@opentelemetry/api";
import { createProbe } from "../kafka/admin.ts";
import { createKafka } from "../kafka/client.ts";
import { startConsumer } from "../kafka/consumer.ts";
import { createPublisher } from "../kafka/publisher.ts";
import { createOrderStore } from "../pipeline/order-store.ts";
import type { Stage } from "../pipeline/stages.ts";
import type { Config } from "../settings.ts";
import type { Logger } from "../telemetry/log.ts";
import { consumerSpans } from "./consumer-spans.ts";
import { type DeliverContext, deliver } from "./deliver.ts";
import { createDeliveries, type Delivery, type Outcome } from "./deliveries.ts";
import { createWaitSpans } from "./wait-spans.ts";

export type RunningStage = {
  /** Readiness checks by what the stage needs; each rejects while that does not work. */
  readonly checks: Readonly<Record<string, () => Promise<void>>>;
  /** The deliveries being handled. */
  underWay(): readonly Delivery[];
  /** Finishes and commits the current message, leaves the group, and disconnects. */
  stop(): Promise<void>;
};

/** Consumes the topic of a stage until stopped: runs its operations for each message and publishes to the next topic. */
export async function runStage(
  stage: Stage,
  options: {
    config: Config;
    log: Logger;
    runOperation: DeliverContext["runOperation"];
    /** Called when the consumer has given up; the process should end and be restarted. */
    onFatal: (error: Error) => void;
  },
): Promise<RunningStage> {
  const { config, log, runOperation, onFatal } = options;
  const { topic, group } = stage;
  const { instance, concurrentPartitions: concurrency } = config;
  const stopping = new AbortController();
  const kafka = createKafka({ brokers: config.kafkaBrokers, clientId: instance, log });
  const store = createOrderStore({ url: config.redisUrl, ttlS: config.orderTtlS });
  const publisher = await createPublisher(kafka);

  const deliveries = createDeliveries({ consumer: instance, concurrency });
  deliveries.subscribe(consumerSpans({ group, instance, concurrency }));
  const waitSpans = createWaitSpans({ deliveries, topic, minMs: config.waitSpanMinMs, log });
  const { maxAttempts, retryDelayMs } = config;
  const attempts = { maxAttempts, retryDelayMs, signal: stopping.signal };
  const context: DeliverContext = { stage, store, publisher, runOperation, attempts, log };

  const consumer = startConsumer(kafka, {
    topic,
    group,
    sessionTimeoutMs: config.sessionTimeoutMs,
    concurrentPartitions: concurrency,
    async handle(message) {
      const open = deliveries.begin(message, trace.getActiveSpan());
      let outcome: Outcome = "interrupted";
      try {
        outcome = await deliver(message, open, context);
      } finally {
        open.end(outcome);
      }
    },
    log,
    onFatal,
  });

  return {
    underWay: deliveries.underWay,
    checks: {
      redis: () => store.ping(),
      kafka: createProbe(kafka),
      group: async () => {
        if (!consumer.isMember()) throw new Error(`not yet a member of group ${group}`);
      },
    },
    async stop() {
      stopping.abort();
      await consumer.stop();
      waitSpans.flush();
      await publisher.stop();
      await store.stop();
    },
  };
}
