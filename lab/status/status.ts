import { toHoldupError } from "../../core/errors.ts";
import { createKafka, type Kafka } from "../../shared/kafka/client.ts";
import { countDeadLetters, describeLag, type PartitionLag } from "../../shared/kafka/offsets.ts";
import { createLogger } from "../../shared/telemetry/log.ts";
import type { infraNames } from "../settings/process-names.ts";

/** State of a process: the recorded one, corrected by how the process responds now. */
export type LiveState = "ready" | "not ready" | "starting" | "pausing" | "stopped" | "gone";

export type ProcessStatus = {
  readonly name: string;
  readonly kind: (typeof infraNames)[number] | "service" | "supervisor";
  readonly state: LiveState;
  readonly pid: number | undefined;
  readonly uptimeMs: number | undefined;
  readonly restarts: number;
  readonly lastExit: string | undefined;
  readonly residentBytes: number | undefined;
  readonly cpuPercent: number | undefined;
  readonly port: number | undefined;
  /** The container that it runs in: memory and CPU are the container's, the pid is that of `docker run`. */
  readonly container: string | undefined;
};

type Queues = {
  readonly lag: readonly PartitionLag[] | undefined;
  readonly deadLetters: readonly { topic: string; messages: number }[] | undefined;
  /** Why lag and dead letters are unknown. */
  readonly kafkaError: string | undefined;
};

/** The content of `./holdup status`. */
export type Status = {
  readonly way: "embedded" | "compose";
  readonly isSupervised: boolean;
  readonly isReady: boolean;
  readonly apiUrl: string | undefined;
  readonly consoleUrl: string | undefined;
  readonly jaegerUrl: string;
  readonly brokers: readonly string[];
  readonly processes: readonly ProcessStatus[];
} & Queues;

/** A client for a command, which says itself what failed: it writes no log. */
export function quietKafka(brokers: readonly string[]): Kafka {
  const log = createLogger({ service: "lab", instance: "lab", level: "silent" });
  return createKafka({ brokers, clientId: "lab", log });
}

/** Reads lag and dead letters from Kafka; does not throw. */
export function readQueues(kafka: Kafka): Promise<Queues> {
  return Promise.all([describeLag(kafka), countDeadLetters(kafka)]).then(
    ([lag, deadLetters]) => ({ lag, deadLetters, kafkaError: undefined }),
    (thrown: unknown) => ({
      lag: undefined,
      deadLetters: undefined,
      kafkaError: toHoldupError(thrown).message,
    }),
  );
}
