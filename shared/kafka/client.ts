import kafkajs, { type Kafka } from "kafkajs";
import { HoldupError } from "../../core/errors.ts";
import type { Logger } from "../telemetry/log.ts";

export type { Kafka };

// kafkajs exports its error classes through a spread, so Node does not see them as named exports of a CommonJS module.
const { KafkaJSError, KafkaJSProtocolError, logLevel, Partitioners } = kafkajs;

/** Chooses the partition of a key as the Java client does (murmur2). */
export const partitioner = Partitioners.DefaultPartitioner;

/**
 * A client whose requests fail within seconds when the brokers are down. Callers decide whether to retry: the API answers 503,
 * a stage retries until the broker is back.
 */
export function createKafka(options: { brokers: readonly string[]; clientId: string; log: Logger }): Kafka {
  const log = options.log.child({ component: "kafkajs" });
  return new kafkajs.Kafka({
    clientId: options.clientId,
    brokers: [...options.brokers],
    connectionTimeout: 1000,
    requestTimeout: 3000,
    retry: { retries: 2, initialRetryTime: 100, maxRetryTime: 1000 },
    logLevel: logLevel.WARN,
    // kafkajs logs attempts that it repeats as errors; the caller logs the final error.
    logCreator:
      () =>
      ({ namespace, log: entry }) => {
        const { message, timestamp: _, logger: __, stack: ___, ...details } = entry;
        log.debug({ namespace, ...details }, message);
      },
  });
}

function causes(thrown: unknown): unknown[] {
  const chain = [];
  for (let at = thrown; at instanceof Error && chain.length < 10; at = at.cause) chain.push(at);
  return chain;
}

/** kafkajs has one error class for a lost connection, a time-out and a refusal; only a broker's final error is a refusal. */
export function kafkaError(thrown: unknown, what: string): HoldupError {
  if (thrown instanceof HoldupError) return thrown;
  const refusal = causes(thrown).find((error) => error instanceof KafkaJSProtocolError && !error.retriable);
  if (refusal instanceof KafkaJSProtocolError) {
    return new HoldupError("HOLDUP_KAFKA_REJECTED", `Kafka refused ${what}: ${refusal.message}`, {
      cause: thrown,
    });
  }
  if (thrown instanceof KafkaJSError) {
    return new HoldupError(
      "HOLDUP_KAFKA_UNREACHABLE",
      `Kafka did not accept ${what} (${thrown.message}). Start it, or check HOLDUP_KAFKA_BROKERS.`,
      { cause: thrown },
    );
  }
  return new HoldupError("HOLDUP_INTERNAL", `${what} failed: ${String(thrown)}`, { cause: thrown });
}
