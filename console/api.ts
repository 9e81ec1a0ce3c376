/**
 * The contract between the console's server and its page. Moments are milliseconds since the Unix epoch with fractions and
 * end in `AtMs`; durations are in milliseconds and end in `Ms`.
 *
 *     GET  /api/window?fromMs=&toMs=       → WindowAnswer
 *     GET  /api/orders/:id                 → OrderAnswer       id: order or trace
 *     GET  /api/live                       → text/event-stream of LiveEvent
 *     POST /api/orders  SendOrder          → 202 SentOrder
 *     POST /api/bursts  SendBurst          → 202 BurstProgress
 *     DELETE /api/bursts                   → 204               ends the one under way
 *
 * Errors are problem documents (RFC 9457) whose `detail` says what to do.
 */
import type {
  BlockerFinding,
  DeliveryFinding,
  MissingFinding,
  OrderFinding,
  ProblemFinding,
  StageFinding,
} from "../explain/explanation.ts";

/** A handled message, small enough to send thousands of. */
export type Bar = {
  /** `traceId/spanId` of the CONSUMER span. */
  readonly id: string;
  /** Id of its order; joins bars, rows and findings. */
  readonly order: string;
  readonly orderName: string;
  readonly item: string | undefined;
  readonly stage: string;
  readonly topic: string;
  readonly partition: number | undefined;
  readonly offset: number | undefined;
  readonly consumer: string;
  /** Undefined when the spans do not tell. */
  readonly availableAtMs: number | undefined;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  /** The longest operation, and its intensity. */
  readonly operation: string | undefined;
  readonly intensity: string | undefined;
  readonly failed: boolean;
  /** The cause with most of its wait, and the bar that cost it most. */
  readonly cause: string | undefined;
  readonly blockedBy: string | undefined;
  readonly blockedMs: number;
  /** What it cost others, and how many of them. */
  readonly costMs: number;
  readonly costMessages: number;
};

export type OrderRow = Pick<OrderFinding, "id" | "name" | "orderId" | "traceId" | "sentence"> & {
  readonly item: string | undefined;
  readonly startedAtMs: number;
  readonly totalMs: number;
  readonly workMs: number;
  readonly waitMs: number;
  /** By stage: done, running, waiting, dead; a stage that it has not reached is left out. */
  readonly stages: Readonly<Record<string, "waiting" | "running" | "done" | "dead">>;
  readonly causes: readonly string[];
  readonly intensities: readonly string[];
  readonly worstBlocker:
    | { readonly order: string; readonly orderName: string; readonly ms: number }
    | undefined;
};

/** What explain says of a window. */
export type Verdict = {
  readonly problems: readonly ProblemFinding[];
  readonly blockers: readonly BlockerFinding[];
  readonly stages: readonly StageFinding[];
  readonly missing: readonly MissingFinding[];
};

export type WindowAnswer = {
  readonly fromMs: number;
  readonly toMs: number;
  /** Grows with what the server knows; live events carry it, too. */
  readonly version: number;
  readonly bars: readonly Bar[];
  readonly orders: readonly OrderRow[];
  readonly verdict: Verdict;
  /** Something of that time is not among what the server keeps. */
  readonly truncated: boolean;
  /** Orders that began before have no numbers; undefined when there were none before. */
  readonly numbersFromMs: number | undefined;
};

export type WaterfallSpan = {
  readonly id: string;
  readonly parentId: string | undefined;
  readonly name: string;
  readonly service: string;
  readonly kind: string | undefined;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly failed: boolean;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
};

/** Samples of one service instance, one a second. */
export type UsageSeries = {
  readonly instance: string;
  readonly atMs: readonly number[];
  /** Percent of one core. */
  readonly cpuPercent: readonly number[];
  readonly memoryMb: readonly number[];
};

export type OrderAnswer = {
  readonly order: OrderFinding;
  /** Moment 0 of `order`. */
  readonly originMs: number;
  readonly deliveries: readonly DeliveryFinding[];
  readonly spans: readonly WaterfallSpan[];
  readonly usage: readonly UsageSeries[];
  readonly jaegerUrl: string | undefined;
};

export type PartitionState = {
  readonly partition: number;
  /** Messages a second over the last five. */
  readonly inPerSecond: number;
  readonly outPerSecond: number;
  /** Messages without a committed offset. */
  readonly lag: number;
  /** Age of the oldest of them. */
  readonly oldestWaitingMs: number | undefined;
  /** Handled right now. */
  readonly inFlight: number;
};

export type TopicState = {
  readonly topic: string;
  readonly stage: string;
  readonly partitions: readonly PartitionState[];
  readonly deadLetters: number;
};

export type InstanceState = {
  readonly instance: string;
  readonly service: string;
  readonly startedAtMs: number;
  readonly restarts: number;
  /** Percent of one core. */
  readonly cpuPercent: number;
  readonly memoryMb: number;
  /** Where both come from. */
  readonly source: "cgroup" | "process";
  readonly loopDelayMs: number;
  readonly workers: { readonly threads: number; readonly busy: number; readonly queued: number };
};

export type PipelineState = {
  readonly atMs: number;
  readonly topics: readonly TopicState[];
  readonly instances: readonly InstanceState[];
  /** What does not answer, and what to do about it. */
  readonly troubles: readonly { readonly what: string; readonly help: string }[];
};

/** A message that is being handled. */
export type RunningBar = Pick<
  Bar,
  "order" | "stage" | "topic" | "partition" | "offset" | "consumer" | "startedAtMs"
> & {
  readonly availableAtMs: number | undefined;
  readonly operation: string | undefined;
  readonly intensity: string | undefined;
};

export type LiveEvent =
  /** First of each stream; another boot is a console that was started anew and knows nothing of earlier bursts. */
  | { readonly event: "server"; readonly data: { readonly boot: string } }
  | { readonly event: "pipeline"; readonly data: PipelineState }
  | { readonly event: "running"; readonly data: readonly RunningBar[] }
  /** Bars that are new or changed, and the rows of their orders. */
  | {
      readonly event: "deliveries";
      readonly data: {
        readonly version: number;
        readonly bars: readonly Bar[];
        readonly orders: readonly OrderRow[];
      };
    }
  | { readonly event: "burst"; readonly data: BurstProgress };

export type SendOrder = {
  readonly item: string;
  readonly quantity: number;
  readonly seed?: number;
  /** Operations by span. */
  readonly workload?: Readonly<Record<string, string>>;
};

export type SentOrder = { readonly orderId: string; readonly traceId: string };

export type SendBurst = {
  readonly count: number;
  /** Orders a second; undefined for all at once. */
  readonly rate?: number;
  readonly items?: number;
  readonly seed?: number;
  /** As `./holdup burst --force` takes it: `3:business_logic=extreme_cpu_computation`. */
  readonly force?: readonly string[];
};

export type BurstProgress = {
  readonly id: string;
  readonly seed: number;
  readonly count: number;
  readonly sent: number;
  readonly accepted: number;
  readonly done: number;
  readonly dead: number;
  readonly ended: boolean;
  readonly startedAtMs: number;
  /** Ids of its orders, in order of sending. */
  readonly orders: readonly string[];
};
