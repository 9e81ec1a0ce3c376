/**
 * What the oracle's pipelines are made of. The simulator goes forward in time and knows every cause by construction;
 * nothing here is shared with the code that it tests. Times are integers, nanoseconds since the pipeline's start.
 */
export const ms = 1_000_000;

export type Mode =
  /** kafkajs's eachMessage: a fetch for all partitions, their batches in up to `slots` slots, then the next fetch. */
  | "each-message"
  /** kafkajs's eachBatch: the same, but a batch is handled as a whole. */
  | "each-batch"
  /** Fetches ahead; up to `slots` messages at a time, those of one key of a partition one after another. */
  | "by-key";

export type StageSpec = {
  readonly mode: Mode;
  readonly partitions: number;
  readonly consumers: number;
  /** Runs that a consumer may have at a time. */
  readonly slots: number;
  /** Most messages of one partition that a fetch brings. */
  readonly batch: number;
  /** Handling time of each order, ns. */
  readonly workNs: readonly number[];
  /** How often each order fails before it is done; 0 where nothing is said. */
  readonly failures: readonly number[];
  /** Pause between a failed attempt and the next, ns. */
  readonly backoffNs: number;
  /** When the group is made to reassign. */
  readonly rebalancesNs: readonly number[];
  readonly crashes: readonly { readonly consumer: number; readonly atNs: number }[];
};

export type Scenario = {
  /** Of the small delays: fetches, commits, acknowledgements. */
  readonly seed: number;
  /** When each order is sent to the first topic, and its key. */
  readonly orders: readonly { readonly atNs: number; readonly key: number }[];
  readonly stages: readonly StageSpec[];
  /** How long the broker waits for a consumer that says nothing, ns. */
  readonly sessionNs: number;
  /** How long after the broker its producer knows of a message; default below what any fetch takes. */
  readonly acknowledgeNs?: readonly [number, number];
};

/** One handling of a message, or of a batch of them. */
export type SimRun = {
  readonly id: number;
  readonly stage: number;
  readonly consumer: string;
  readonly messages: readonly Message[];
  readonly attempt: number;
  readonly startNs: number;
  endNs: number;
  readonly assignedNs: number;
  readonly fetchedNs: number;
  readonly slots: number;
  /** Failed, and comes again. */
  readonly failed: boolean;
  /** Its consumer died in it, so that no span of it was ever written. */
  crashed: boolean;
};

export type Message = {
  readonly order: number;
  readonly stage: number;
  readonly partition: number;
  readonly offset: number;
  readonly key: string;
  /** When its producer began to send it. */
  readonly sentNs: number;
  /** When the broker had it, a little before its producer knew. */
  readonly appendedNs: number;
  readonly availableNs: number;
  /** The run in which it was sent; undefined in the first stage. */
  readonly sentBy: SimRun | undefined;
  attempts: SimRun[];
};

export type TrueCause =
  | "same-partition"
  | "same-key"
  | "same-consumer"
  | "fetch-barrier"
  | "capacity"
  | "rebalance"
  | "retry"
  | "transport";

export type TrueSegment = {
  readonly fromNs: number;
  readonly toNs: number;
  readonly cause: TrueCause;
  readonly blockers: readonly SimRun[];
};

/** What really became of a message: its wait until the run that did the work, cut by cause. */
export type TrueDelivery = {
  readonly message: Message;
  /** The last one, which did the work. */
  readonly run: SimRun;
  readonly wait: readonly TrueSegment[];
};

export type Simulation = {
  readonly scenario: Scenario;
  readonly runs: readonly SimRun[];
  readonly deliveries: readonly TrueDelivery[];
};
