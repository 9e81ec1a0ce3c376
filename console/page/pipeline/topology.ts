import type { InstanceState, PartitionState, PipelineState, TopicState } from "../../api.ts";

/** A service and the topic that it reads, in the order of the pipeline; the first reads none. */
export type PipelineStep = {
  readonly service: string;
  readonly instances: readonly InstanceState[];
  readonly reads: TopicState | undefined;
};

/**
 * The pipeline as a sequence of steps. Services that read no topic come first: they only send. A topic has its step even if no service
 * that reads it reports.
 */
export function pipelineSteps({ topics, instances }: PipelineState): PipelineStep[] {
  const byService = Map.groupBy(instances, ({ service }) => service);
  const readers = topics.map(
    (topic): PipelineStep => ({
      service: topic.stage,
      instances: byService.get(topic.stage) ?? [],
      reads: topic,
    }),
  );
  const reading = new Set(topics.map(({ stage }) => stage));
  const senders = [...byService]
    .filter(([service]) => !reading.has(service))
    .map(([service, own]): PipelineStep => ({ service, instances: own, reads: undefined }));
  return [...senders, ...readers];
}

/** Sums over the partitions of a topic, and the age of its oldest message. */
export function topicTotals({ partitions }: TopicState) {
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

/** Messages that wait to be handled: those in flight are part of the lag, since their offsets are not committed. */
export function waitingIn({ lag, inFlight }: Pick<PartitionState, "lag" | "inFlight">): number {
  return Math.max(0, lag - inFlight);
}
