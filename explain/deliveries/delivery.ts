import type { Run } from "../waits/run.ts";

/** A run of deliveries, and the span that tells of it. */
export type SpanRun = Run & {
  readonly traceId: string;
  readonly spanId: string;
  readonly name: string;
  readonly service: string;
  /** What to call `consumer`, which names its cluster and group too: a consumer belongs to one group. */
  readonly consumerName: string;
  /** Of the consumer; undefined when the spans do not tell: it is its host then, or all of the group. */
  readonly instance: string | undefined;
  readonly failed: boolean;
  /** The message had been handled before, or was being handled elsewhere: nothing was done. */
  readonly skipped: boolean;
  /** What was done in it, longest first; empty when its spans do not tell. */
  readonly work: readonly Work[];
  /** Messages of a batch; one for a single message. */
  readonly messages: number;
  /** Within the span: from the start of the first attempt to that of the last one. */
  readonly retryNs: number;
  /** The deliveries that it handled; filled while they are made. */
  readonly deliveries: Delivery[];
};

/** A part of the work of a run: one of our operations, or a child span of somebody else's. */
export type Work = {
  readonly name: string;
  /** `extreme_cpu_computation`; undefined for spans that are not ours. */
  readonly operation: string | undefined;
  readonly intensity: string | undefined;
  readonly ns: number;
  /** Time for which it waited for a free worker thread. */
  readonly queueNs: number;
  /** CPU time of its threads. */
  readonly cpuNs: number | undefined;
  /** Highest resident memory of its process while it ran. */
  readonly memoryBytes: number | undefined;
};

/** One message handled by one group. Times are nanoseconds since the origin of the explanation. */
export type Delivery = {
  readonly cluster: string;
  readonly topic: string;
  readonly partition: number | undefined;
  readonly offset: number | undefined;
  /** Another message has the same partition and offset. */
  readonly sharesOffset: boolean;
  readonly key: string | undefined;
  /** Consumer group; the name of the service where the spans do not tell. */
  readonly group: string;
  readonly groupKnown: boolean;
  readonly service: string;
  /** What belongs together: `holdup.order.id`, else what the first producer's trace started. */
  readonly order: string;
  readonly orderId: string | undefined;
  /** Trace of the order's root. */
  readonly rootTraceId: string;
  /** Start of the topmost span above the first producer's, of the first producer's, or of what there is. */
  readonly rootNs: number;
  /** Of the producer's span; undefined when it is missing. */
  readonly published: { readonly fromNs: number; readonly toNs: number } | undefined;
  /** When the broker had the message; undefined when the spans do not tell. */
  readonly availableNs: number | undefined;
  /** How far the run begins before the producer's span: at least so far apart are the two clocks. */
  readonly skewNs: number;
  /** Services of both ends of `skewNs`. */
  readonly producerService: string | undefined;
  /** The run that did the work. */
  readonly run: SpanRun;
  /** All runs of the message, that one among them, by start. */
  readonly attempts: readonly SpanRun[];
  /** The delivery in whose run the message was produced. */
  readonly upstream: Delivery | undefined;
};
