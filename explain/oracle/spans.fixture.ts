import type { Attributes, Span } from "../span.ts";
import type { Message, SimRun, Simulation } from "./model.fixture.ts";
import { instanceOf, serviceOf, services, topicOf, workload } from "./services.fixture.ts";
import { createSpanLog, type SpanContext } from "./span-log.fixture.ts";

/** 2026-01-01: the start of simulated time. */
export const epochNs = 1_767_225_600_000_000_000n;

export type Written = {
  readonly spans: readonly Span[];
  /** The run of each CONSUMER span, by span id. */
  readonly runOf: ReadonlyMap<string, SimRun>;
};

/** Time to hand a message to a pool. */
const handOverNs = 30_000;
/** A poll without messages returns after this time. */
const emptyPollNs = 100_000_000;

export type SpanOptions = {
  /** Nanoseconds since the Unix epoch at which the simulation began. */
  readonly startNs?: bigint;
  /** Makes the ids of several simulations differ. */
  readonly episode?: number;
  /** Offset of the first message of a partition; default 0. */
  readonly firstOffset?: (stage: number, partition: number) => number;
};

/** The spans that our services would write for a simulated pipeline. Crashed runs leave none. */
export function spansOf({ deliveries, runs, scenario }: Simulation, options: SpanOptions = {}): Written {
  const { startNs = epochNs, episode = 0, firstOffset = () => 0 } = options;
  const { spans, add, under, traceIdOf, msOf } = createSpanLog(startNs, episode);
  const runOf = new Map<string, SimRun>();
  /** The span in which a run handles an order: the parent of its next send. */
  const handling = new Map<string, SpanContext>();
  /** The span of a run that is one for all its messages: of a poll, or of a batch. */
  const shared = new Map<SimRun, SpanContext>();
  const sent = new Map<string, SpanContext>();
  const nextPollNs = nextPolls(
    runs.filter(({ stage }) => scenario.stages[stage]?.spanEnds === "at-next-poll"),
  );
  const topicsInOneSpan = new Set(
    scenario.stages.flatMap(({ batchSpans, reads }, stage) =>
      batchSpans === "one-span" ? [reads ?? stage] : [],
    ),
  );
  function request(message: Message): SpanContext {
    const { order, sentNs, availableNs } = message;
    const fromNs = sentNs - 400_000;
    const common = { service: "api-service", attributes: {}, kind: "internal" } as const;
    const post = add(
      { traceId: traceIdOf("a", order) },
      { ...common, name: "POST /order", kind: "server", fromNs, toNs: availableNs + 200_000 },
    );
    const create = under(post, {
      ...common,
      name: "create_order",
      fromNs: fromNs + 50_000,
      toNs: availableNs + 100_000,
    });
    for (const [n, name] of ["input_validation", "audit_logging"].entries()) {
      const from = fromNs + 100_000 * (n + 1);
      under(create, { ...common, name, fromNs: from, toNs: from + 90_000 });
    }
    return create;
  }

  /** The producer's span of a message, which is the same for all groups. */
  function send(message: Message): SpanContext {
    const { topic, partition, offset, order, key, sentNs, availableNs, sentBy } = message;
    const id = `${topic}/${partition}/${offset}`;
    const known = sent.get(id);
    if (known) return known;
    const parent = sentBy ? handling.get(`${sentBy.id}/${order}`) : request(message);
    const made = under(parent ?? { traceId: traceIdOf("a", order), spanId: "0" }, {
      name: `send ${topicOf(topic)}`,
      kind: "producer",
      service: sentBy ? serviceOf(sentBy.stage) : "api-service",
      ...(sentBy && { instance: instanceOf(sentBy) }),
      fromNs: sentNs,
      toNs: availableNs,
      attributes: {
        "messaging.system": "kafka",
        "messaging.operation.type": "send",
        "messaging.destination.name": topicOf(topic),
        "messaging.kafka.message.key": key,
        ...(topicsInOneSpan.has(topic) && {
          "messaging.destination.partition.id": `${partition}`,
          "messaging.kafka.offset": offsetOf(message),
        }),
      },
    });
    sent.set(id, made);
    return made;
  }

  function offsetOf({ stage, partition, offset }: Message): number {
    return offset + firstOffset(stage, partition);
  }

  /** One span for the messages of a poll or a batch, in a trace of its own. */
  function sharedSpan(run: SimRun, isPoll: boolean): SpanContext {
    const known = shared.get(run);
    if (known) return known;
    const { topic, messages, startNs: fromNs, endNs: toNs, failed } = run;
    const [first] = messages;
    const { "messaging.destination.partition.id": partition, ...attributes } = ofRun(run, first);
    const isOnePartition = messages.every((one) => one.partition === first?.partition);
    const made = add(
      { traceId: traceIdOf("b", run.id) },
      {
        name: `${isPoll ? "poll" : "process"} ${topicOf(topic)}`,
        kind: "consumer",
        service: serviceOf(run.stage),
        instance: instanceOf(run),
        fromNs,
        toNs,
        failed,
        links: isPoll ? [] : messages.map(send),
        attributes: {
          ...attributes,
          ...(isPoll && isOnePartition && { "messaging.destination.partition.id": partition }),
          "messaging.operation.type": isPoll ? "receive" : "process",
          "messaging.batch.message_count": messages.length,
        },
      },
    );
    shared.set(run, made);
    return made;
  }

  /** What the spans of a run's messages have in common. */
  function ofRun(run: SimRun, message: Message | undefined) {
    return {
      "messaging.system": "kafka",
      "messaging.destination.name": topicOf(run.topic),
      "messaging.destination.partition.id": `${message?.partition}`,
      "messaging.operation.type": "process",
      "messaging.consumer.group.name": serviceOf(run.stage),
      "messaging.client.id": instanceOf(run),
      "holdup.partition.assigned_at": msOf(run.assignedNs),
      "holdup.fetched_at": msOf(run.fetchedNs),
      "holdup.consumer.concurrency": run.slots,
    };
  }

  function handle(run: SimRun, message: Message): void {
    const { stage, failed } = run;
    const spec = scenario.stages[stage];
    const isBatch = spec?.mode === "each-batch" || spec?.mode === "each-poll";
    const { batchSpans = "process-below-poll", spanEnds = "with-handling" } = spec ?? {};
    const order = { "holdup.order.id": `order-${episode}-${message.order}` };
    if (isBatch && batchSpans === "one-span") {
      if (shared.has(run)) return;
      const batch = sharedSpan(run, false);
      runOf.set(batch.spanId, run);
      const body = work(run, batch, {});
      for (const one of run.messages) handling.set(`${run.id}/${one.order}`, body);
      return;
    }
    const producer = send(message);
    const isAsync = spanEnds !== "with-handling";
    const fromNs = isAsync ? run.fetchedNs : run.startNs;
    const handedOverNs = spanEnds === "at-once" ? fromNs + handOverNs : (nextPollNs.get(run) ?? fromNs);
    const below = isBatch && batchSpans === "work-below-poll";
    const process = under(isBatch ? sharedSpan(run, true) : producer, {
      service: serviceOf(stage),
      instance: instanceOf(run),
      name: `process ${topicOf(run.topic)}`,
      kind: "consumer",
      fromNs,
      toNs: isAsync ? handedOverNs : run.endNs,
      failed,
      ...(isBatch && { links: [producer] }),
      attributes: {
        ...ofRun(run, message),
        "messaging.kafka.offset": `${offsetOf(message)}`,
        "messaging.kafka.message.key": message.key,
        "messaging.kafka.message.timestamp": msOf(message.appendedNs),
        ...(below ? {} : order),
      },
    });
    runOf.set(process.spanId, run);
    const body = below ? work(run, sharedSpan(run, true), {}) : work(run, process, order);
    handling.set(`${run.id}/${message.order}`, below ? sharedSpan(run, true) : body);
  }

  /** The spans of the work itself. */
  function work(run: SimRun, parent: SpanContext, attributes: Attributes): SpanContext {
    const { stage, startNs: fromNs, endNs: toNs, failed } = run;
    const { span = "handle_order", operations = [] } = services[stage] ?? {};
    const inner = { service: serviceOf(stage), instance: instanceOf(run), kind: "internal" as const, failed };
    const body = under(parent, {
      ...inner,
      name: span,
      fromNs: fromNs + 10_000,
      toNs: toNs - 10_000,
      attributes,
    });
    let atNs = fromNs + 20_000;
    // The send follows, which takes less than 1.3 ms.
    const eachNs = Math.floor((toNs - fromNs - 1_400_000) / operations.length);
    for (const name of operations) {
      under(body, {
        ...inner,
        name,
        fromNs: atNs,
        toNs: atNs + eachNs,
        attributes: workload(eachNs),
      });
      atNs += eachNs;
    }
    return body;
  }

  for (const { message } of deliveries.toSorted((a, b) => a.message.stage - b.message.stage)) {
    send(message);
    for (const run of message.attempts) if (!run.crashed) handle(run, message);
  }
  return { spans, runOf };
}

/** When the consumer of each run polled next; a poll without messages returns after a while. */
function nextPolls(runs: readonly SimRun[]): Map<SimRun, number> {
  const next = new Map<SimRun, number>();
  for (const ofConsumer of Map.groupBy(runs, ({ consumer }) => consumer).values()) {
    const sorted = ofConsumer.toSorted((a, b) => a.fetchedNs - b.fetchedNs);
    sorted.forEach((run, n) => {
      const later = sorted.slice(n + 1).find(({ fetchedNs }) => fetchedNs > run.fetchedNs);
      next.set(run, Math.min(later?.fetchedNs ?? Number.POSITIVE_INFINITY, run.fetchedNs + emptyPollNs));
    });
  }
  return next;
}
