import type { Kafka } from "./client.ts";

/** What a consumer knows of itself that no message tells. Times in ms since the epoch. */
export type ConsumerView = {
  /** When it last got a partition; undefined before it has joined its group. */
  assignedAtMs(partition: number): number | undefined;
  /** When the fetch ended that brought the messages at hand; undefined when it is not known which fetch that was. */
  fetchedAtMs(): number | undefined;
};

/** Follows the events of a consumer of one topic; to be called before it runs. */
export function watchConsumer(consumer: ReturnType<Kafka["consumer"]>, topic: string): ConsumerView {
  const { GROUP_JOIN, FETCH_START, FETCH } = consumer.events;
  let assignedAtMs = new Map<number, number>();
  let fetchedAtMs: number | undefined;
  const nodes = new Set<number>();
  consumer.on(GROUP_JOIN, ({ timestamp, payload }) => {
    // kafkajs gives up all partitions in a rebalance, and gets those that it keeps anew.
    assignedAtMs = new Map(payload.memberAssignment[topic]?.map((partition) => [partition, timestamp]));
  });
  consumer.on(FETCH_START, ({ payload }) => void nodes.add(payload.nodeId));
  consumer.on(FETCH, ({ timestamp }) => {
    fetchedAtMs = timestamp;
  });
  return {
    assignedAtMs: (partition) => assignedAtMs.get(partition),
    // kafkajs fetches from a broker again when all that the last fetch brought is handled, and from each broker by itself.
    fetchedAtMs: () => (nodes.size === 1 ? fetchedAtMs : undefined),
  };
}
