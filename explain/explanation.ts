import type { Problem } from "./span.ts";
import type { Cause } from "./waits/run.ts";

/**
 * What explain finds. Plain data, fit for JSON. Durations are integers in nanoseconds and end in `Ns`; moments are integers
 * in nanoseconds since `origin` and end in `AtNs`.
 */
export type Explanation = {
  readonly schema: "holdup.explain/1";
  /** ISO 8601, a whole second. */
  readonly origin: string;
  readonly window: WindowFinding;
  /** What is wrong, the costliest first; empty when nothing is. */
  readonly problems: readonly ProblemFinding[];
  /** By start. */
  readonly orders: readonly OrderFinding[];
  /** Deliveries that cost others most, the costliest first; at most `maxBlockers`. */
  readonly blockers: readonly BlockerFinding[];
  /** By topic in the order of the pipeline, as far as it can be seen. */
  readonly stages: readonly StageFinding[];
  /** What the spans do not tell, and what therefore cannot be said. */
  readonly missing: readonly MissingFinding[];
  /** Clocks that surely disagree. Nothing was shifted. */
  readonly skews: readonly SkewFinding[];
  /** What of the input could not be used. */
  readonly input: readonly Problem[];
};

export type WindowFinding = {
  readonly fromAtNs: number;
  readonly toAtNs: number;
  readonly spans: number;
  readonly traces: number;
  readonly orders: number;
  readonly deliveries: number;
};

/** Names a delivery and the order that it belongs to. */
export type DeliveryRef = {
  /** `order 3`: by start within this explanation, or as the caller named it. */
  readonly order: string;
  readonly orderId: string | undefined;
  readonly traceId: string;
  readonly spanId: string;
  readonly stage: string;
  readonly topic: string;
  readonly partition: number | undefined;
  readonly offset: number | undefined;
  /** The longest part of its work. */
  readonly work: WorkFinding | undefined;
  /** Messages that were handled together with it, itself included. */
  readonly messages: number;
};

export type WorkFinding = {
  readonly name: string;
  readonly operation: string | undefined;
  readonly intensity: string | undefined;
  readonly ns: number;
};

export type OrderFinding = {
  /** Of the root: an order of ours, else a trace. */
  readonly id: string;
  readonly name: string;
  readonly orderId: string | undefined;
  readonly traceId: string;
  readonly fromAtNs: number;
  readonly toAtNs: number;
  readonly totalNs: number;
  /** Of `totalNs`, on the way to what ended last: all that was not waiting. */
  readonly workNs: number;
  readonly waitNs: number;
  /** What happened to it, as a person would say it. */
  readonly sentence: string;
  /** By start. */
  readonly deliveries: readonly DeliveryFinding[];
};

export type DeliveryFinding = DeliveryRef & {
  readonly key: string | undefined;
  /** Consumer instance. */
  readonly consumer: string;
  /** From the send to its acknowledgement; undefined when the producer's span is missing. */
  readonly publishNs: number | undefined;
  /** Undefined when the spans do not tell when the broker had the message; there is no wait then. */
  readonly availableAtNs: number | undefined;
  readonly startedAtNs: number;
  readonly endedAtNs: number;
  readonly failed: boolean;
  readonly attempts: number;
  readonly wait: WaitFinding | undefined;
  readonly run: RunFinding;
  /** What it cost others while it was handled. */
  readonly cost: CostFinding;
};

export type WaitFinding = {
  readonly ns: number;
  /** Adds up to `ns`. */
  readonly byCause: Readonly<Partial<Record<Cause, number>>>;
  /** Of `ns`, what is likely and not proven. */
  readonly likelyNs: number;
  /** How many runs it waited behind. */
  readonly behind: number;
  /** The worst ones, at most eight. */
  readonly blockers: readonly (DeliveryRef & { readonly ns: number; readonly cause: Cause })[];
  /** The whole cut; undefined when there are more than `maxSegments`. */
  readonly segments: readonly SegmentFinding[] | undefined;
};

export type SegmentFinding = {
  readonly cause: Cause;
  readonly fromAtNs: number;
  readonly toAtNs: number;
  readonly proven: boolean;
  /** Spans of the runs to blame. */
  readonly evidence: readonly { readonly traceId: string; readonly spanId: string }[];
};

export type RunFinding = {
  readonly ns: number;
  /** Longest first. */
  readonly work: readonly WorkFinding[];
  /** Waiting for free worker threads. */
  readonly queueNs: number;
  /** Failed attempts within the run, and their back-off. */
  readonly retryNs: number;
};

export type CostFinding = { readonly ns: number; readonly messages: number };

export type BlockerFinding = DeliveryRef & { readonly runNs: number; readonly cost: CostFinding };

export type Percentiles = {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
};

export type StageFinding = {
  /** Consumer group. */
  readonly stage: string;
  readonly topic: string;
  readonly deliveries: number;
  readonly partitions: number;
  readonly consumers: number;
  /** Messages that can be handled at a time, by all consumers. */
  readonly slots: number;
  /** Messages a second, while they came; undefined for fewer than two. */
  readonly arrivalsPerSecond: number | undefined;
  /** Messages a second that all slots together could handle. */
  readonly capacityPerSecond: number;
  /** Share of the slots' time in which they were busy, 0 to 1. */
  readonly utilisation: number;
  readonly waitNs: Percentiles;
  readonly runNs: Percentiles;
  readonly waitByCause: Readonly<Partial<Record<Cause, number>>>;
};

export const problemClasses = [
  "head-of-line",
  "saturation",
  "hot-partition",
  "fetch-barrier",
  "rebalance",
  "retries",
  "starved-workers",
] as const;

export type ProblemClass = (typeof problemClasses)[number];

export type ProblemFinding = {
  readonly class: ProblemClass;
  readonly stage: string;
  readonly topic: string;
  /** Waiting, or running, that it cost. */
  readonly ns: number;
  /** What was seen, as a sentence. */
  readonly why: string;
  /** What would help, and what it would bring where that can be reckoned. */
  readonly help: string;
};

export type MissingFinding = {
  readonly topic: string;
  readonly stage: string;
  readonly what:
    | "partition"
    | "offset"
    | "consumer group"
    | "consumer instance"
    | "time of arrival"
    | "processing time";
  readonly spans: number;
  readonly of: number;
  /** What cannot be said for it, and what would mend it. */
  readonly consequence: string;
};

export type SkewFinding = {
  readonly producer: string;
  readonly consumer: string;
  /** The consumer's clock is behind the producer's by at least this. */
  readonly atLeastNs: number;
  readonly deliveries: number;
};
