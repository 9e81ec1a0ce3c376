import "vitest";

declare module "vitest" {
  export interface ProvidedContext {
    /** The order API of the lab that the run started. */
    apiUrl: string;
    /** Its console. */
    consoleUrl: string;
    /** Jaeger's query API of that lab. */
    jaegerUrl: string;
    /** Its real Kafka, in the form of HOLDUP_KAFKA_BROKERS. */
    kafkaBrokers: string;
    /** Its real Redis. */
    redisUrl: string;
    /** The lab of containers that the tests of Compose share. */
    composeLab: import("./compose/compose-lab.ts").ComposeLab;
    /** Environment with which `./holdup` uses that lab. */
    labEnv: Readonly<Record<string, string>>;
  }
}
