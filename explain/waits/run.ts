import type { Cause } from "../causes.ts";

/**
 * One handling of a message, or of a batch of them, by one consumer: what can stand in the way of other messages.
 * Times are integers, nanoseconds since an origin that all runs share.
 */
export type Run = {
  /** Cluster, topic, partition and group: what is consumed in order. Undefined when the partition is not known. */
  readonly lane: string | undefined;
  /** The instance that handled it, or what stands for it where the spans do not tell. */
  readonly consumer: string;
  /** Of the message, or of the first one of the batch. */
  readonly offset: number | undefined;
  /** Of the last message of a batch; default `offset`. */
  readonly lastOffset?: number | undefined;
  readonly key: string | undefined;
  readonly startNs: number;
  readonly endNs: number;
  /** When the broker had the message, or the first one of the batch. */
  readonly availableNs: number | undefined;
  /** When the consumer was given the partition for the last time before this run. */
  readonly assignedNs: number | undefined;
  /** When the client had the message in its hands. */
  readonly fetchedNs: number | undefined;
  /** How many runs its consumer may have at a time, where the consumer says so. */
  readonly concurrency: number | undefined;
  /** Partition, offset and consumer instance are all known from the spans. */
  readonly certain: boolean;
};

/** A part of a wait with one cause. `blockers` is empty where nothing that ran is to blame. */
export type Segment<R extends Run = Run> = {
  readonly fromNs: number;
  readonly toNs: number;
  readonly cause: Cause;
  readonly blockers: readonly R[];
  /** Nothing about it was inferred; otherwise it is likely only. */
  readonly proven: boolean;
};
