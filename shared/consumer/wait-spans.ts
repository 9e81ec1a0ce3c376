import {
  type Attributes,
  type Context,
  type HrTime,
  type Link,
  type Span,
  type SpanContext,
  TraceFlags,
  trace,
} from "@opentelemetry/api";
import { createLanes } from "../../explain/waits/lanes.ts";
import type { Wait } from "../../explain/waits/wait.ts";
import type { Headers } from "../kafka/publisher.ts";
import { contextOf } from "../telemetry/header-context.ts";
import type { Logger } from "../telemetry/log.ts";
import { startTimeOf } from "../telemetry/start-time.ts";
import { createRecentRuns, type RecentRun, underWay } from "./recent-runs.ts";

/** As many runs as are cut into causes within some ten ms. */
const mostRuns = 5000;
const longestMemoryMs = 3_600_000;
/** Cutting takes at most one part in so many of the time, however long the backlog. */
const dutyCycle = 20;

const tracer = trace.getTracer("holdup");

/** A delivery as it begins. Times in ms since the epoch. */
export type Beginning = {
  readonly partition: number;
  readonly offset: string;
  readonly headers: Headers;
  /** When the broker had it. */
  readonly recordTimeMs: number;
  readonly assignedAtMs: number | undefined;
  readonly fetchedAtMs: number | undefined;
  /** The CONSUMER span around its handling, when there is tracing. */
  readonly span: Span | undefined;
};

/** A delivery whose wait is to be told. */
type Waited = {
  readonly run: RecentRun;
  readonly availableNs: number;
  readonly recordTimeMs: number;
  readonly startTime: HrTime;
  readonly parent: Context;
};

export type WaitSpans = {
  /** Remembers the delivery, and has its wait told. Once it is handled, `end` is to be called. */
  begin(delivery: Beginning): { readonly run: RecentRun; end(): void };
  /** Writes what is still to be told. */
  flush(): void;
};

/**
 * Writes a span for each wait of at least `minMs`, with what this process was doing meanwhile.
 *
 *     send orders ──┐ available                     started
 *                   ├─ wait orders ────────────────┤
 *                   └──────────────────────────────├─ process orders ─┤
 *
 * The cut into causes is explain's. It is made for all waits together that have come up since the last time, soon when
 * that took no time, later when it did.
 */
export function createWaitSpans(options: {
  topic: string;
  /** Name of this consumer, and how many partitions it handles at a time. */
  consumer: string;
  concurrency: number;
  minMs: number;
  log: Logger;
}): WaitSpans {
  const { topic, consumer, concurrency, minMs, log } = options;
  const originS = Math.floor(Date.now() / 1000);
  const runs = createRecentRuns({ most: mostRuns, longestNs: longestMemoryMs * 1e6 });
  let waited: Waited[] = [];
  let timer: NodeJS.Timeout | undefined;
  let pauseMs = 0;

  // Whole ns since the start of this process, as exact as a number can have them.
  const fromMs = (ms: number) => (ms - originS * 1000) * 1e6;
  const fromHrTime = ([s, ns]: HrTime) => (s - originS) * 1e9 + ns;

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    if (waited.length === 0) return;
    const begunMs = performance.now();
    try {
      const earliestNs = Math.min(...waited.map(({ availableNs }) => availableNs));
      const lanes = createLanes(runs.since(earliestNs));
      for (const one of waited) write(topic, one, lanes.wait(one.run, one.availableNs));
    } catch (thrown) {
      // Orders matter more than what is told of them.
      log.error({ err: thrown }, "waits could not be told");
    }
    waited = [];
    pauseMs = (performance.now() - begunMs) * (dutyCycle - 1);
  }

  function tell(run: RecentRun, { headers, recordTimeMs, span }: Beginning): void {
    const startTime = span && startTimeOf(span);
    const waitNs = run.startNs - (run.availableNs ?? run.startNs);
    if (!startTime || !isSampled(span.spanContext()) || waitNs <= 0 || waitNs < minMs * 1e6) return;
    const sent = contextOf(headers);
    const parent = trace.getSpanContext(sent) ? sent : trace.setSpan(sent, span);
    waited.push({ run, availableNs: run.startNs - waitNs, recordTimeMs, startTime, parent });
    timer ??= setTimeout(flush, pauseMs).unref();
  }

  return {
    begin(delivery) {
      const { partition, recordTimeMs, assignedAtMs, fetchedAtMs, span } = delivery;
      const begunMs = performance.now();
      const startTime = span && startTimeOf(span);
      const run: RecentRun = {
        lane: `${partition}`,
        consumer,
        partition,
        offset: Number(delivery.offset),
        key: undefined,
        startNs: startTime ? fromHrTime(startTime) : fromMs(Date.now()),
        endNs: underWay,
        availableNs: recordTimeMs >= 0 ? fromMs(recordTimeMs) : undefined,
        assignedNs: assignedAtMs === undefined ? undefined : fromMs(assignedAtMs),
        fetchedNs: fetchedAtMs === undefined ? undefined : fromMs(fetchedAtMs),
        concurrency,
        certain: true,
        spanContext: span?.spanContext(),
        orderId: undefined,
        longest: undefined,
      };
      runs.add(run);
      tell(run, delivery);
      return {
        run,
        end() {
          // As the SDK does it: the start by the clock, what follows by the time that has passed.
          run.endNs = run.startNs + Math.round((performance.now() - begunMs) * 1e6);
        },
      };
    },
    flush,
  };
}

function isSampled({ traceFlags }: SpanContext): boolean {
  return (traceFlags & TraceFlags.SAMPLED) !== 0;
}

function toMs(ns: number): number {
  return Math.round(ns / 1000) / 1000;
}

function write(topic: string, { run, recordTimeMs, startTime, parent }: Waited, wait: Wait<RecentRun>): void {
  const links = wait.blockers.flatMap(({ run: { spanContext: context }, ns }): Link[] =>
    context && isSampled(context) ? [{ context, attributes: { "holdup.blocked_by.ms": toMs(ns) } }] : [],
  );
  const attributes = { ...(run.orderId && { "holdup.order.id": run.orderId }), ...attributesOf(wait) };
  tracer.startSpan(`wait ${topic}`, { startTime: recordTimeMs, attributes, links }, parent).end(startTime);
}

function attributesOf(wait: Wait<RecentRun>): Attributes {
  const causes = Object.entries(wait.byCause).sort(([, a], [, b]) => b - a);
  const [worst] = wait.blockers;
  return {
    "holdup.wait.ms": toMs(wait.ns),
    "holdup.wait.cause": causes[0]?.[0] ?? "unexplained",
    "holdup.wait.behind": wait.behind,
    ...Object.fromEntries(
      causes.map(([cause, ns]) => [`holdup.wait.${cause.replaceAll("-", "_")}_ms`, toMs(ns)]),
    ),
    ...(worst && blamed(worst.run, worst.ns)),
  };
}

function blamed({ orderId, spanContext, partition, offset, longest }: RecentRun, ns: number): Attributes {
  return {
    ...(orderId && { "holdup.blocked_by.order_id": orderId }),
    ...(spanContext && {
      "holdup.blocked_by.trace_id": spanContext.traceId,
      "holdup.blocked_by.span_id": spanContext.spanId,
    }),
    "holdup.blocked_by.partition": partition,
    ...(offset !== undefined && { "holdup.blocked_by.offset": offset }),
    ...(longest && { "holdup.blocked_by.operation": longest.operation }),
    "holdup.blocked_by.ms": toMs(ns),
  };
}
