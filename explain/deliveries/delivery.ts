import type { UnreadFact } from "../spans/message.ts";
import type { Work } from "../spans/trace.ts";
import type { Run } from "../waits/run.ts";

/** A run and the span that recorded it. */
export type SpanRun = Omit<Run, "consumer" | "looksLike"> & {
  /** Where spans do not distinguish the consumers of a group, replaced by what the times show. */
  consumer: string;
  looksLike?: string | undefined;
  /** Process and client are known, so nobody else is this consumer. */
  readonly isIdentified: boolean;
  readonly traceId: string;
  readonly spanId: string;
  readonly name: string;
  readonly service: string;
  /** Name of the instrumentation scope. */
  readonly scope: string | undefined;
  /** The name of `consumer` without cluster and group, which are part of `consumer`. */
  readonly consumerName: string;
  /** Consumer instance. Undefined when unknown; then the host, or the whole group, stands for the consumer. */
  readonly instance: string | undefined;
  readonly failed: boolean;
  /** Nothing was done: the message had already been handled, or another consumer was handling it. */
  readonly skipped: boolean;
  /** How long after its span has ended handling was seen to go on in its stage; undefined when it ends with the span. */
  readonly goesOnNs: number | undefined;
  /** Longest first; empty when unknown. */
  readonly work: readonly Work[];
  /** Number of messages in the batch; 1 for a single message. */
  readonly messages: number;
  /** Time from the start of the first attempt inside the span to the start of the last one. */
  readonly retryNs: number;
  /** Filled while deliveries are created. */
  readonly deliveries: Delivery[];
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
  /** Consumer group; the service name where the group is unknown. */
  readonly group: string;
  readonly groupKnown: boolean;
  readonly service: string;
  /** Id of the order: `holdup.order.id`, else the trace of the first producer. */
  readonly order: string;
  readonly orderId: string | undefined;
  /** Trace of the order's root. */
  readonly rootTraceId: string;
  /** Start of the root above the first producer's span; without a producer, when the message was available, else its run's start. */
  readonly rootNs: number;
  /** Start and end of the producer's span; undefined when it is missing. */
  readonly published: { readonly fromNs: number; readonly toNs: number } | undefined;
  /** When the broker had the message; undefined when unknown. */
  readonly availableNs: number | undefined;
  /** How long before the producer's span the run starts: the two clocks differ by at least this much. */
  readonly skewNs: number;
  /** The service whose clock `skewNs` compares with. */
  readonly producerService: string | undefined;
  /** Facts of the message that its spans have in a form that is not read. */
  readonly unread: readonly UnreadFact[];
  /** The run that did the work. */
  readonly run: SpanRun;
  /** All runs of the message, including `run`, by start. */
  readonly attempts: readonly SpanRun[];
  /** The delivery whose run produced the message. */
  readonly upstream: Delivery | undefined;
};

/** Run time of one message; a batch of many is not long for being many. */
export function runNsPerMessage({ startNs, endNs, messages }: SpanRun): number {
  return (endNs - startNs) / messages;
}
