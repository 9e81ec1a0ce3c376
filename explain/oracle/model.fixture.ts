/**
 * The simulated pipelines. The simulator steps forward in time and knows every cause by construction; it shares nothing with the
 * code under test. Times are integers, nanoseconds since the pipeline's start.
 */
export const ms = 1_000_000;

export type Mode =
  /** kafkajs's eachMessage: a fetch for all partitions, their batches in up to `slots` slots, then the next fetch. */
  | "each-message"
  /** kafkajs's eachBatch: the same, but a batch is handled as a whole. */
  | "each-batch"
  /** Fetches ahead; up to `slots` messages at a time, those of one key of a partition one after another. */
  | "by-key"
  /** One poll for all partitions; what it returns, up to `batch` messages, is handled as a whole before the next poll. */
  | "each-poll";

export type StageSpec = {
  readonly mode: Mode;
  readonly partitions: number;
  readonly consumers: number;
  /** Runs that a consumer may have at a time. */
  readonly slots: number;
  /** The most messages of one partition that a fetch returns. */
  readonly batch: number;
  /** Handling time of each order, ns. */
  readonly workNs: readonly number[];
  /** How often each order fails before it succeeds; default 0. */
  readonly failures: readonly number[];
  /** Pause between a failed attempt and the next, ns. */
  readonly backoffNs: number;
  /** When the group is forced to rebalance. */
  readonly rebalancesNs: readonly number[];
  readonly crashes: readonly { readonly consumer: number; readonly atNs: number }[];
  /** The broker takes the partitions of a consumer whose first attempt at a message lasts this long; default never. */
  readonly evictAfterNs?: number | undefined;
  /** The topic that the stage reads, if not its own: a second group, which sends nothing. */
  readonly reads?: number | undefined;
  readonly batchSpans?: BatchSpans | undefined;
  readonly spanEnds?: SpanEnds | undefined;
};

/** The spans of a batch; default `process-below-poll`. */
export type BatchSpans =
  /** A span for the poll and below it one for each message, below which the message's work is. */
  | "process-below-poll"
  /** The same, but the work is below the span of the poll. */
  | "work-below-poll"
  /** One span with a link to each producer's, whose spans have partition and offset. */
  | "one-span";

/** When the span of a message ends that was handed to a pool; default `with-handling`. */
export type SpanEnds = "with-handling" | "at-once" | "at-next-poll";

export type Scenario = {
  /** For the small delays: fetches, commits, acknowledgements. */
  readonly seed: number;
  /** When each order is sent to the first topic, and its key. */
  readonly orders: readonly { readonly atNs: number; readonly key: number }[];
  readonly stages: readonly StageSpec[];
  /** How long the broker waits for a silent consumer, ns. */
  readonly sessionNs: number;
  /** Time from the append to the producer's acknowledgement; by default shorter than any fetch. */
  readonly acknowledgeNs?: readonly [number, number];
};

/** One handling of a message, or of a batch of them. */
export type SimRun = {
  readonly id: number;
  readonly stage: number;
  readonly topic: number;
  readonly consumer: string;
  readonly messages: readonly Message[];
  readonly attempt: number;
  readonly startNs: number;
  endNs: number;
  readonly assignedNs: number;
  readonly fetchedNs: number;
  readonly slots: number;
  /** It failed and is tried again. */
  readonly failed: boolean;
  /** Its consumer died during it, so it left no span. */
  crashed: boolean;
  /** Its consumer was evicted during it, so its messages are handled again. */
  fenced: boolean;
};

export type Message = {
  readonly order: number;
  /** The stage whose group handles it; other groups have messages of their own for the same record. */
  readonly stage: number;
  readonly topic: number;
  readonly partition: number;
  readonly offset: number;
  readonly key: string;
  /** When its producer started to send it. */
  readonly sentNs: number;
  /** When the broker had it, a little before the producer got its acknowledgement. */
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

/** What really happened to a message: its wait until the run that did the work, by cause. */
export type TrueDelivery = {
  readonly message: Message;
  /** The attempt that did the work: the first that succeeded. */
  readonly run: SimRun;
  readonly wait: readonly TrueSegment[];
};

export type Simulation = {
  readonly scenario: Scenario;
  readonly runs: readonly SimRun[];
  readonly deliveries: readonly TrueDelivery[];
};
