/**
 * The contract between the console's server and its page. Times are fractional milliseconds since the Unix epoch and end in
 * `AtMs`; durations are milliseconds and end in `Ms`.
 *
 *     GET  /api/window?fromMs=&toMs=       → WindowAnswer
 *     GET  /api/orders/:id                 → OrderAnswer       id: of the order or its trace
 *     GET  /api/live                       → text/event-stream of LiveEvent
 *     POST /api/orders  SendOrder          → 202 SentOrder
 *     POST /api/bursts  SendBurst          → 202 BurstProgress
 *     DELETE /api/bursts                   → 204               ends the running burst
 *
 * Errors are problem documents (RFC 9457) whose `detail` has the remedy.
 */

import type {
  BlockerFinding,
  DeliveryFinding,
  MissingFinding,
  OrderFinding,
  ProblemFinding,
  StageFinding,
} from "../explain/explanation.ts";
import type { WholeSpan } from "../explain/span.ts";

/** A delivery: one message handled by one stage. Small, since thousands are sent. */
export type Bar = {
  /** `traceId/spanId` of the CONSUMER span. */
  readonly id: string;
  /** Id of its order, as in rows and findings. */
  readonly order: string;
  readonly orderName: string;
  readonly item: string | undefined;
  readonly stage: string;
  readonly topic: string;
  readonly partition: number | undefined;
  readonly offset: number | undefined;
  readonly consumer: string;
  /** Undefined when the spans do not show it. */
  readonly availableAtMs: number | undefined;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  /** The longest operation, and its intensity. */
  readonly operation: string | undefined;
  readonly intensity: string | undefined;
  readonly failed: boolean;
  /** The cause of most of its wait, and the id of the bar that blocked it longest. */
  readonly cause: string | undefined;
  readonly blockedBy: string | undefined;
  readonly blockedMs: number;
  /** Waiting time that it caused, and the number of messages that waited. */
  readonly costMs: number;
  readonly costMessages: number;
};

export type OrderRow = Pick<OrderFinding, "id" | "name" | "orderId" | "traceId" | "sentence"> & {
  readonly item: string | undefined;
  readonly startedAtMs: number;
  readonly totalMs: number;
  readonly workMs: number;
  readonly waitMs: number;
  /** By stage; without stages that the order has not reached. */
  readonly stages: Readonly<Record<string, "waiting" | "running" | "done" | "dead">>;
  readonly causes: readonly string[];
  readonly intensities: readonly string[];
  readonly worstBlocker:
    | { readonly order: string; readonly orderName: string; readonly ms: number }
    | undefined;
};

/** The findings of explain for a window. */
export type Verdict = {
  readonly problems: readonly ProblemFinding[];
  readonly blockers: readonly BlockerFinding[];
  readonly stages: readonly StageFinding[];
  readonly missing: readonly MissingFinding[];
};

export type WindowAnswer = {
  readonly fromMs: number;
  readonly toMs: number;
  /** Increases with every change on the server; live events have it, too. */
  readonly version: number;
  readonly bars: readonly Bar[];
  readonly orders: readonly OrderRow[];
  readonly verdict: Verdict;
  /** Whether some traces of the window were evicted or never read. */
  readonly truncated: boolean;
  /** Orders that started before this have no number; undefined when there were none. */
  readonly numbersFromMs: number | undefined;
};

/** Samples of one service instance, one per second. */
export type UsageSeries = {
  readonly instance: string;
  readonly atMs: readonly number[];
  /** Percent of one core. */
  readonly cpuPercent: readonly number[];
  readonly memoryMb: readonly number[];
};

export type OrderAnswer = {
  readonly order: OrderFinding;
  /** The time from which `order` counts. */
  readonly originMs: number;
  readonly deliveries: readonly DeliveryFinding[];
  readonly spans: readonly WholeSpan[];
  readonly usage: readonly UsageSeries[];
  readonly jaegerUrl: string | undefined;
};

export type PartitionState = {
  readonly partition: number;
  /** Messages per second, over the last 5 s. */
  readonly inPerSecond: number;
  readonly outPerSecond: number;
  /** Messages after the committed offset: waiting or in flight. */
  readonly lag: number;
  /** Age of the oldest of these. */
  readonly oldestWaitingMs: number | undefined;
  /** Being handled now. */
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
  /** Source of `cpuPercent` and `memoryMb`. */
  readonly source: "cgroup" | "process";
  readonly loopDelayMs: number;
  readonly workers: { readonly threads: number; readonly busy: number; readonly queued: number };
};

export type PipelineState = {
  readonly atMs: number;
  readonly topics: readonly TopicState[];
  readonly instances: readonly InstanceState[];
  /** Components that do not answer, each with a message for people that has the remedy. */
  readonly problems: readonly { readonly component: string; readonly message: string }[];
};

/** A message being handled now. */
export type RunningBar = Pick<
  Bar,
  "order" | "stage" | "topic" | "partition" | "offset" | "consumer" | "startedAtMs"
> & {
  readonly availableAtMs: number | undefined;
  readonly operation: string | undefined;
  readonly intensity: string | undefined;
};

export type LiveEvent =
  /** First of each stream. A new `boot` means that the console has restarted and does not know earlier bursts. */
  | { readonly event: "server"; readonly data: { readonly boot: string } }
  | { readonly event: "pipeline"; readonly data: PipelineState }
  | { readonly event: "running"; readonly data: readonly RunningBar[] }
  /** New and changed bars, and the rows of their orders. */
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
  /** Orders per second; undefined for all at once. */
  readonly rate?: number;
  readonly items?: number;
  readonly seed?: number;
  /** In the syntax of `./holdup burst --force`: `3:business_logic=extreme_cpu_computation`. */
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
  /** Ids of its orders, in sending order. */
  readonly orders: readonly string[];
};
