import "vitest";

declare module "vitest" {
  export interface ProvidedContext {
    /** Brokers of the real Kafka that the run started, as HOLDUP_KAFKA_BROKERS takes them. */
    kafkaBrokers: string;
    /** The real Redis that the run started. */
    redisUrl: string;
  }
}
