import { toHoldupError } from "../../core/errors.ts";
import type { Kafka } from "../../shared/kafka/client.ts";
import { countDeadLetters, describeLag, type PartitionLag } from "../../shared/kafka/offsets.ts";

export type Queues = {
  readonly lag: readonly PartitionLag[] | undefined;
  readonly deadLetters: readonly { topic: string; messages: number }[] | undefined;
  /** Why lag and dead letters are unknown. */
  readonly kafkaError: string | undefined;
};

export function lookAtQueues(kafka: Kafka): Promise<Queues> {
  return Promise.all([describeLag(kafka), countDeadLetters(kafka)]).then(
    ([lag, deadLetters]) => ({ lag, deadLetters, kafkaError: undefined }),
    (thrown: unknown) => ({
      lag: undefined,
      deadLetters: undefined,
      kafkaError: toHoldupError(thrown).message,
    }),
  );
}
