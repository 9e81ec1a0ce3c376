import type { HrTime, Span, SpanContext } from "@opentelemetry/api";
import type { HoldupError } from "../../core/errors.ts";
import type { Run } from "../../explain/waits/run.ts";
import type { IncomingMessage } from "../kafka/messages.ts";
import type { OperationResult } from "../pipeline/order.ts";
import { startTimeOf } from "../telemetry/spans.ts";

/** End of a delivery that is still being handled: later than everything. */
const underWay = Number.MAX_SAFE_INTEGER;

/**
 * A message that this process handles or has handled, with what is known so far. It is a run as explain defines it, so waits
 * are cut here as explain cuts them. Only its `OpenDelivery` changes it.
 */
export type Delivery = Run & {
  readonly partition: number;
  readonly offset: number;
  readonly lane: string;
  /** Context of the CONSUMER span around the handling, with tracing on. */
  readonly spanContext: SpanContext | undefined;
  /** ms since the Unix epoch. */
  readonly startedAtMs: number;
  /** When the broker appended the message, ms since the Unix epoch; negative when the record has no time. */
  readonly recordTimeMs: number;
  /** Undefined until the message has been read, and when it is not an order. */
  readonly orderId: string | undefined;
  /** The longest operation that has ended. */
  readonly longest: Pick<OperationResult, "operation" | "intensity" | "runMs"> | undefined;
};

type MutableDelivery = { -readonly [K in keyof Delivery]: Delivery[K] };

/** `interrupted`: the service stopped first, so the message is delivered again. */
export type Outcome = "done" | "skipped" | "dead-lettered" | "interrupted";

/**
 * What happens to a delivery: `begun` first, `ended` last. Between them each can be missing; `retrying` and `operation-ended` can
 * repeat. `failed` comes when no attempt is left for the order, before its dead letter is published.
 */
export type DeliveryEvent =
  | { readonly type: "begun"; readonly message: IncomingMessage; readonly span: Span | undefined }
  | { readonly type: "identified"; readonly orderId: string }
  | { readonly type: "skipped"; readonly because: "done" | "withdrawn" }
  | { readonly type: "operation-ended"; readonly result: OperationResult }
  | {
      readonly type: "retrying";
      readonly error: HoldupError;
      readonly attempt: number;
      readonly delayMs: number;
    }
  | { readonly type: "failed"; readonly error: HoldupError }
  | { readonly type: "ended"; readonly outcome: Outcome };

export type Subscriber = (delivery: Delivery, event: DeliveryEvent) => void;

/** A delivery from its begin to its end. */
export type OpenDelivery = {
  readonly delivery: Delivery;
  record(event: Exclude<DeliveryEvent, { type: "begun" | "ended" }>): void;
  end(outcome: Outcome): void;
};

export type Deliveries = {
  /** `span` is the active CONSUMER span, with tracing on. */
  begin(message: IncomingMessage, span: Span | undefined): OpenDelivery;
  /** Calls `subscriber` with every event from now on. */
  subscribe(subscriber: Subscriber): void;
  /** Deliveries being handled, by start. */
  underWay(): Delivery[];
  /** By start: deliveries that were being handled after a time, and the last one of each partition before it. */
  since(atNs: number): Delivery[];
  /** Converts ms since the Unix epoch to the time of deliveries: whole ns since the start of this process. */
  toNs(ms: number): number;
};

/** The number of deliveries whose waits can be cut within about 10 ms. */
const defaultMost = 5000;
const hourNs = 3_600_000_000_000;
/** Spans start at whole milliseconds, so one can start before the delivery ahead of it in its partition has ended. */
const startPrecisionNs = 1_000_000;

/**
 * The deliveries of one consumer, from begin to end, and a bounded history of ended ones: deliveries being handled stay; of the
 * others the oldest are dropped, beyond `most` or when they ended more than `longestNs` ago.
 */
export function createDeliveries(options: {
  /** Name of this consumer. */
  readonly consumer: string;
  /** Number of partitions that it handles at a time. */
  readonly concurrency: number;
  readonly most?: number;
  readonly longestNs?: number;
}): Deliveries {
  const { consumer, concurrency, most = defaultMost, longestNs = hourNs } = options;
  const originS = Math.floor(Date.now() / 1000);
  const known: MutableDelivery[] = [];
  const lastOf = new Map<string, MutableDelivery>();
  const subscribers: Subscriber[] = [];

  const toNs = (ms: number) => (ms - originS * 1000) * 1e6;
  const fromHrTime = ([s, ns]: HrTime) => (s - originS) * 1e9 + ns;

  function forget(nowNs: number): void {
    for (;;) {
      const oldest = known.findIndex(({ endNs }) => endNs !== underWay);
      const endNs = known[oldest]?.endNs;
      if (endNs === undefined || (known.length <= most && endNs >= nowNs - longestNs)) return;
      known.splice(oldest, 1);
    }
  }

  function remember(delivery: MutableDelivery): void {
    const ahead = lastOf.get(delivery.lane);
    if (ahead && ahead.endNs > delivery.startNs && ahead.endNs - delivery.startNs < startPrecisionNs) {
      ahead.endNs = delivery.startNs;
    }
    lastOf.set(delivery.lane, delivery);
    known.push(delivery);
    forget(delivery.startNs);
  }

  return {
    toNs,
    subscribe: (subscriber) => void subscribers.push(subscriber),

    begin(message, span) {
      const { partition, recordTimeMs, assignedAtMs, fetchedAtMs } = message;
      const startTime = span && startTimeOf(span);
      const startedAtMs = Date.now();
      const begunMs = performance.now();
      const delivery: MutableDelivery = {
        lane: `${partition}`,
        consumer,
        partition,
        offset: Number(message.offset),
        key: undefined,
        startNs: startTime ? fromHrTime(startTime) : toNs(startedAtMs),
        endNs: underWay,
        availableNs: recordTimeMs >= 0 ? toNs(recordTimeMs) : undefined,
        assignedNs: assignedAtMs === undefined ? undefined : toNs(assignedAtMs),
        fetchedNs: fetchedAtMs === undefined ? undefined : toNs(fetchedAtMs),
        concurrency,
        certain: true,
        spanContext: span?.spanContext(),
        startedAtMs,
        recordTimeMs,
        orderId: undefined,
        longest: undefined,
      };
      const publish = (event: DeliveryEvent) => {
        for (const subscriber of subscribers) subscriber(delivery, event);
      };
      remember(delivery);
      publish({ type: "begun", message, span });
      return {
        delivery,

        record(event) {
          if (event.type === "identified") delivery.orderId = event.orderId;
          if (event.type === "operation-ended" && event.result.runMs > (delivery.longest?.runMs ?? -1)) {
            delivery.longest = event.result;
          }
          publish(event);
        },

        end(outcome) {
          // As in the SDK: the start by the clock, the rest by elapsed time.
          delivery.endNs = delivery.startNs + Math.round((performance.now() - begunMs) * 1e6);
          publish({ type: "ended", outcome });
        },
      };
    },

    underWay: () => known.filter(({ endNs }) => endNs === underWay),

    since(atNs) {
      const lastBefore = new Map<string, Delivery>();
      for (const one of known) if (one.endNs <= atNs) lastBefore.set(one.lane, one);
      return known.filter((one) => one.endNs > atNs || lastBefore.get(one.lane) === one);
    },
  };
}
