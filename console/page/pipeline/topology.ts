import type { InstanceState, PartitionState, PipelineState, TopicState } from "../../api.ts";

/** A service and the topic that it reads, in the order of the pipeline; the first reads none. */
export type Station = {
  readonly service: string;
  readonly instances: readonly InstanceState[];
  readonly reads: TopicState | undefined;
};

/**
 * The pipeline as a line of stations. A service that nothing is read by comes first, since it can only send; a topic whose readers do not
 * report still has its station.
 */
export function stationsOf({ topics, instances }: PipelineState): Station[] {
  const byService = Map.groupBy(instances, ({ service }) => service);
  const readers = topics.map(
    (topic): Station => ({
      service: topic.stage,
      instances: byService.get(topic.stage) ?? [],
      reads: topic,
    }),
  );
  const reading = new Set(topics.map(({ stage }) => stage));
  const senders = [...byService]
    .filter(([service]) => !reading.has(service))
    .map(([service, own]): Station => ({ service, instances: own, reads: undefined }));
  return [...senders, ...readers];
}

/** Sums over a topic's partitions; the age of the oldest message of all. */
export function totalOf({ partitions }: TopicState) {
  const sum = (of: (partition: TopicState["partitions"][number]) => number) =>
    partitions.reduce((total, partition) => total + of(partition), 0);
  const ages = partitions.flatMap(({ oldestWaitingMs }) => oldestWaitingMs ?? []);
  return {
    inPerSecond: sum(({ inPerSecond }) => inPerSecond),
    outPerSecond: sum(({ outPerSecond }) => outPerSecond),
    waiting: sum(waitingIn),
    inFlight: sum(({ inFlight }) => inFlight),
    oldestWaitingMs: ages.length > 0 ? Math.max(...ages) : undefined,
  };
}

/** Messages that nobody handles yet: what is in flight has no committed offset, too, and counts as lag. */
export function waitingIn({ lag, inFlight }: Pick<PartitionState, "lag" | "inFlight">): number {
  return Math.max(0, lag - inFlight);
}
