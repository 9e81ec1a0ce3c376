/**
 * The one definition of the pipeline: topics, groups, services, the settings of their profiles, the sections of an order, when
 * an order is done, and the console's columns derive from this table. A new stage is a row here, a folder with a `main.ts`, its
 * blocks in docker-compose.yml, and the README's drawing and table of settings.
 *
 *     api-service ─▶ orders ─▶ processing ─▶ processed-orders ─▶ notification ─▶ notified-orders ─▶ analytics
 */

/** Accepts orders and publishes them to the topic of the first stage. `profile` is the default of HOLDUP_PROFILE_API. */
const intake = {
  name: "api",
  operationSpans: ["input_validation", "audit_logging"],
  profile: "40:60:light,medium",
} as const;

/** In pipeline order: each stage publishes to the topic of the next. `span` is the span around its operations. */
const table = [
  {
    name: "processing",
    topic: "orders",
    span: "process_order",
    operationSpans: ["data_transformation", "business_logic"],
    profile: "70:30:medium,heavy,severe",
  },
  {
    name: "notification",
    topic: "processed-orders",
    span: "notify_order",
    operationSpans: ["message_formatting"],
    profile: "30:70:light,medium,heavy",
  },
  {
    name: "analytics",
    topic: "notified-orders",
    span: "analyze_order",
    operationSpans: ["data_analysis"],
    profile: "50:50:medium,heavy,severe",
  },
] as const;

/** Name of the service that accepts orders. */
export const apiService = `${intake.name}-service` as const;

type Row = (typeof table)[number];
export type StageName = Row["name"];
export type ServiceName = `${typeof intake.name | StageName}-service`;

/** Name of a span that runs one operation. An order's `workload` can force it. */
export type OperationSpan = (typeof intake.operationSpans)[number] | Row["operationSpans"][number];

/** One consumer of the pipeline: the topics that it reads and writes, and the operations that it runs. */
export type Stage = {
  readonly name: StageName;
  /** Consumer group, and name of the service. */
  readonly group: string;
  readonly topic: string;
  /** Absent in the last stage. */
  readonly nextTopic?: string;
  /** Name of the span around the operations. */
  readonly span: string;
  /** Run one after the other. */
  readonly operationSpans: readonly OperationSpan[];
};

export const stages: readonly (Stage & { readonly group: ServiceName })[] = table.map(
  ({ name, topic, span, operationSpans: spans }, n) => {
    const next = table[n + 1];
    return {
      name,
      group: `${name}-service` as const,
      topic,
      span,
      operationSpans: spans,
      ...(next && { nextTopic: next.topic }),
    };
  },
);

/** @throws RangeError when no stage has the name, which only a wrong table can cause */
export function stageOf(name: StageName): (typeof stages)[number] {
  const stage = stages.find((one) => one.name === name);
  if (!stage) throw new RangeError(`no stage ${name}`);
  return stage;
}

/** The stage that consumes a topic; undefined when none of the pipeline does. */
export function stageOfTopic(topic: string): (typeof stages)[number] | undefined {
  return stages.find((one) => one.topic === topic);
}

export const stageNames: readonly StageName[] = table.map(({ name }) => name);
export const lastStage: StageName = stageNames.at(-1) ?? table[0].name;

/** Topics in pipeline order; orders enter at the first. */
export const topics: readonly string[] = table.map(({ topic }) => topic);
export const firstTopic = table[0].topic;

/** Topic for messages that no retry can fix: same key, same value, and the error in the headers. */
export function deadLetterTopic(topic: string): string {
  return `${topic}.dead`;
}

/** Every service, with the operations that it runs and the default of its profile setting. */
export const services = [intake, ...table].map(({ name, operationSpans: spans, profile }) => ({
  name,
  service: `${name}-service` as const,
  operationSpans: spans,
  profile,
}));

export const serviceNames: readonly ServiceName[] = services.map(({ service }) => service);

export const operationSpans: readonly OperationSpan[] = services.flatMap((service) => service.operationSpans);

/** Operations of a service, in order. */
export function operationSpansOf(name: ServiceName): readonly OperationSpan[] {
  return services.find(({ service }) => service === name)?.operationSpans ?? [];
}

/** A value for each stage. */
export function byStage<T>(make: (name: StageName) => T): Record<StageName, T> {
  // Object.fromEntries loses the names of its keys, which are all of `stageNames`.
  return Object.fromEntries(stageNames.map((name) => [name, make(name)])) as Record<StageName, T>;
}

/** A value for each service. */
export function byService<T>(make: (service: (typeof services)[number]) => T): Record<ServiceName, T> {
  return Object.fromEntries(services.map((one) => [one.service, make(one)])) as Record<ServiceName, T>;
}
