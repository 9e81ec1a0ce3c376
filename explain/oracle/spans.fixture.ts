import type { Attributes, Span } from "../span.ts";
import type { Message, SimRun, Simulation } from "./model.fixture.ts";

/** 2026-01-01: the start of simulated time. */
export const epochNs = 1_767_225_600_000_000_000n;

const stages = [
  {
    service: "processing-service",
    topic: "orders",
    span: "process_order",
    operations: ["data_transformation", "business_logic"],
  },
  {
    service: "notification-service",
    topic: "processed-orders",
    span: "notify_order",
    operations: ["message_formatting"],
  },
  {
    service: "analytics-service",
    topic: "notified-orders",
    span: "analyze_order",
    operations: ["data_analysis"],
  },
] as const;

const longNs = 1_000_000_000;
const heavyNs = 100_000_000;

export type Written = {
  readonly spans: readonly Span[];
  /** The run of each CONSUMER span, by span id. */
  readonly runOf: ReadonlyMap<string, SimRun>;
};

type Context = { readonly traceId: string; readonly spanId: string };

export type SpanOptions = {
  /** Nanoseconds since the Unix epoch at which the simulation began. */
  readonly startNs?: bigint;
  /** Makes the ids of several simulations differ. */
  readonly episode?: number;
  /** Offset of the first message of a partition; default 0. */
  readonly firstOffset?: (stage: number, partition: number) => number;
};

export function topicOf(stage: number): string {
  return stages[stage]?.topic ?? `topic-${stage}`;
}

/** The spans that our services would write for a simulated pipeline. Crashed runs leave none. */
export function spansOf({ deliveries, scenario }: Simulation, options: SpanOptions = {}): Written {
  const { startNs = epochNs, episode = 0, firstOffset = () => 0 } = options;
  const spans: Span[] = [];
  const runOf = new Map<string, SimRun>();
  /** The span in which a run handles an order: the parent of its next send. */
  const handling = new Map<string, Context>();
  const polls = new Map<SimRun, Context>();
  const resources = new Map<string, Attributes>();
  let ids = 0;

  const nextSpanId = () =>
    `${episode.toString(16).padStart(6, "0")}${(++ids).toString(16).padStart(10, "0")}`;
  const traceIdOf = (kind: "a" | "b", n: number) =>
    `${kind}${episode.toString(16).padStart(15, "0")}${n.toString(16).padStart(16, "0")}`;
  const msOf = (ns: number) => Number((startNs + BigInt(ns)) / 1_000_000n);

  function add(
    context: { readonly traceId: string; readonly parentSpanId?: string | undefined },
    span: Pick<Span, "name" | "kind" | "attributes"> & {
      readonly service: string;
      readonly instance?: string;
      readonly fromNs: number;
      readonly toNs: number;
      readonly links?: readonly Context[];
      readonly failed?: boolean;
    },
  ): Context {
    const { fromNs, toNs, instance = `${span.service}-1`, links = [], ...rest } = span;
    const resource = resources.get(instance) ?? {
      "service.name": span.service,
      "service.instance.id": instance,
    };
    resources.set(instance, resource);
    const spanId = nextSpanId();
    const times = { startNs: startNs + BigInt(fromNs), endNs: startNs + BigInt(toNs) };
    spans.push({ ...context, spanId, links, ...rest, ...times, resource });
    return { traceId: context.traceId, spanId };
  }

  function request(message: Message): Context {
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

  function under(parent: Context, span: Parameters<typeof add>[1]): Context {
    return add({ traceId: parent.traceId, parentSpanId: parent.spanId }, span);
  }

  function send(message: Message): Context {
    const { stage, order, key, sentNs, availableNs, sentBy } = message;
    const parent = sentBy ? handling.get(`${sentBy.id}/${order}`) : request(message);
    const service = stages[stage - 1]?.service ?? "api-service";
    return under(parent ?? { traceId: traceIdOf("a", order), spanId: "0" }, {
      name: `send ${topicOf(stage)}`,
      kind: "producer",
      service,
      ...(sentBy && { instance: instanceOf(sentBy) }),
      fromNs: sentNs,
      toNs: availableNs,
      attributes: {
        "messaging.system": "kafka",
        "messaging.operation.type": "send",
        "messaging.destination.name": topicOf(stage),
        "messaging.kafka.message.key": key,
      },
    });
  }

  /** One span for the batch of a partition, in a trace of its own. */
  function poll(run: SimRun): Context {
    const known = polls.get(run);
    if (known) return known;
    const { stage, startNs: fromNs, endNs: toNs } = run;
    const { "messaging.kafka.offset": _, ...attributes } = facts(run, run.messages[0]);
    const made = add(
      { traceId: traceIdOf("b", run.id) },
      {
        name: `poll ${topicOf(stage)}`,
        kind: "consumer",
        service: stages[stage]?.service ?? "",
        instance: instanceOf(run),
        fromNs,
        toNs,
        attributes: { ...attributes, "messaging.operation.type": "receive" },
      },
    );
    polls.set(run, made);
    return made;
  }

  function facts(run: SimRun, message: Message | undefined): Attributes {
    const offset = (message?.offset ?? 0) + firstOffset(run.stage, message?.partition ?? 0);
    return {
      "messaging.system": "kafka",
      "messaging.destination.name": topicOf(run.stage),
      "messaging.destination.partition.id": `${message?.partition}`,
      "messaging.kafka.offset": `${offset}`,
      "messaging.kafka.message.key": message?.key ?? "",
      "messaging.operation.type": "process",
      "messaging.consumer.group.name": stages[run.stage]?.service ?? "",
      "messaging.client.id": instanceOf(run),
      "messaging.kafka.message.timestamp": msOf(message?.appendedNs ?? 0),
      "holdup.partition.assigned_at": msOf(run.assignedNs),
      "holdup.fetched_at": msOf(run.fetchedNs),
      "holdup.consumer.concurrency": run.slots,
    };
  }

  function handle(run: SimRun, message: Message, producer: Context): void {
    const { stage, startNs: fromNs, endNs: toNs, failed } = run;
    const spec = stages[stage];
    if (!spec) return;
    const inBatch = scenario.stages[stage]?.mode === "each-batch";
    const common = { service: spec.service, instance: instanceOf(run) };
    const order = { "holdup.order.id": `order-${episode}-${message.order}` };
    const process = under(inBatch ? poll(run) : producer, {
      ...common,
      name: `process ${spec.topic}`,
      kind: "consumer",
      fromNs,
      toNs,
      failed,
      ...(inBatch && { links: [producer] }),
      attributes: { ...facts(run, message), ...order },
    });
    runOf.set(process.spanId, run);
    const inner = { ...common, kind: "internal" as const, failed };
    const body = under(process, {
      ...inner,
      name: spec.span,
      fromNs: fromNs + 10_000,
      toNs: toNs - 10_000,
      attributes: order,
    });
    handling.set(`${run.id}/${message.order}`, body);
    let atNs = fromNs + 20_000;
    // The send follows, which takes less than 1.3 ms.
    const eachNs = Math.floor((toNs - fromNs - 1_400_000) / spec.operations.length);
    for (const name of spec.operations) {
      under(body, {
        ...inner,
        name,
        fromNs: atNs,
        toNs: atNs + eachNs,
        attributes: workload(eachNs),
      });
      atNs += eachNs;
    }
  }

  for (const { message } of deliveries.toSorted((a, b) => a.message.stage - b.message.stage)) {
    const producer = send(message);
    for (const run of message.attempts) if (!run.crashed) handle(run, message, producer);
  }
  return { spans, runOf };
}

function instanceOf({ stage, consumer }: SimRun): string {
  return `${stages[stage]?.service}-${consumer.split("-").at(-1)}`;
}

function workload(ns: number): Attributes {
  const [operation, intensity] =
    ns > longNs
      ? ["extreme_cpu_computation", "severe"]
      : ns > heavyNs
        ? ["intensive_prime_computation", "heavy"]
        : ["json_processing", "light"];
  return { "workload.operation": operation, "workload.intensity": intensity, "workload.queue_ms": 0 };
}
