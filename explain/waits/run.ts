/** What a moment of waiting is charged to; see docs/explain.md. */
export const causes = [
  "same-partition",
  "same-key",
  "same-consumer",
  "fetch-barrier",
  "capacity",
  "rebalance",
  "retry",
  "transport",
  "unexplained",
] as const;

export type Cause = (typeof causes)[number];

/**
 * One handling of a message, or of a batch of them, by one consumer: what can stand in the way of other messages.
 * Times are integers, nanoseconds since an origin that all runs share.
 */
export type Run = {
  /** Cluster, topic, partition and group: what is consumed in order. */
  readonly lane: string;
  /** The instance that handled it; undefined when the spans do not tell. */
  readonly consumer: string | undefined;
  /** Of the message, or of the first one of the batch. */
  readonly offset: number | undefined;
  readonly key: string | undefined;
  readonly startNs: number;
  readonly endNs: number;
  /** When the consumer was given the partition for the last time before this run. */
  readonly assignedNs: number | undefined;
  /** When the client had the message in its hands. */
  readonly fetchedNs: number | undefined;
};

/** A part of a wait with one cause. `blockers` is empty where nothing that ran is to blame. */
export type Segment<R extends Run = Run> = {
  readonly fromNs: number;
  readonly toNs: number;
  readonly cause: Cause;
  readonly blockers: readonly R[];
  /** True when partition, offset and owner are known; else it is likely only. */
  readonly proven: boolean;
};
