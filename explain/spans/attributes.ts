import type { Attributes, AttributeValue, Span } from "../span.ts";

/**
 * The attribute names of each fact in all versions of the messaging conventions and instrumentations, newest first.
 * Source: OpenTelemetry semantic conventions 1.17 to 1.45 and the instrumentations of Java, JavaScript, Python, Go and .NET.
 */
const aliases = {
  system: ["messaging.system"],
  topic: ["messaging.destination.name", "messaging.destination", "messaging.source.name", "messaging.source"],
  partition: [
    "messaging.destination.partition.id",
    "messaging.kafka.destination.partition",
    "messaging.kafka.source.partition",
    "messaging.kafka.partition",
  ],
  offset: ["messaging.kafka.offset", "messaging.kafka.message.offset"],
  key: ["messaging.kafka.message.key", "messaging.kafka.message_key"],
  group: [
    "messaging.consumer.group.name",
    "messaging.kafka.consumer.group",
    "messaging.consumer.group",
    "messaging.kafka.consumer_group",
  ],
  client: [
    "messaging.client.id",
    "messaging.client_id",
    "messaging.kafka.client_id",
    "messaging.consumer.id",
    "messaging.consumer_id",
  ],
  operation: ["messaging.operation.type", "messaging.operation", "messaging.operation.name"],
  cluster: ["messaging.kafka.cluster.id", "messaging.cluster.id"],
  recordTimestamp: ["messaging.kafka.message.timestamp"],
  queueTimeMs: ["kafka.record.queue_time_ms"],
  orderId: ["holdup.order.id"],
  attempt: ["holdup.attempt"],
  skipped: ["holdup.delivery.skipped"],
  assignedAt: ["holdup.partition.assigned_at"],
  fetchedAt: ["holdup.fetched_at"],
  concurrency: ["holdup.consumer.concurrency"],
  workload: ["workload.operation"],
  intensity: ["workload.intensity"],
  workloadQueueMs: ["workload.queue_ms"],
  cpuMs: ["resource.cpu.time_ms"],
  memoryMb: ["resource.memory.max_mb"],
} as const satisfies Record<string, readonly string[]>;

/** Resource attributes that identify a process. */
const processAliases = ["service.instance.id", "k8s.pod.name", "container.id"];
/** Identifies only the host, which may have many processes. */
const hostAlias = "host.name";

export type Fact = keyof typeof aliases;

const kept = new Set<string>([...Object.values(aliases).flat(), ...processAliases, hostAlias]);

/** Whether explain reads an attribute; readers may drop all others. */
export function keepsAttribute(name: string): boolean {
  return kept.has(name);
}

function first(attributes: Attributes | undefined, names: readonly string[]): AttributeValue | undefined {
  if (!attributes) return undefined;
  for (const name of names) {
    const value = attributes[name];
    if (value !== undefined && value !== "") return value;
  }
  return undefined;
}

/** Whether a span has a fact whose value cannot be read. */
export function isUnread({ unread }: Span, fact: Fact): boolean {
  return unread !== undefined && aliases[fact].some((name) => unread.includes(name));
}

/** Whether a span has what identifies its consumer, and none of it can be read. */
export function isInstanceUnread(span: Span): boolean {
  return isUnread(span, "client") || processAliases.some((name) => span.unread?.includes(name));
}

/** A fact as text; undefined where it is absent. */
export function textOf(span: Span, fact: Fact): string | undefined {
  const value = first(span.attributes, aliases[fact]);
  return value === undefined ? undefined : String(value);
}

/** A fact as a number, also when written as text; undefined where it is absent or not a number. */
export function numberOf(span: Span, fact: Fact): number | undefined {
  const value = first(span.attributes, aliases[fact]);
  const number = typeof value === "string" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}

/**
 * The consumer instance of a span: client id and process where both are known and differ, because another machine may use the
 * same client id and one process may have several clients. A host alone identifies no consumer.
 */
export function instanceOf(span: Span): string | undefined {
  const client = textOf(span, "client");
  const process = first(span.resource, processAliases);
  if (client === undefined) return process === undefined ? undefined : String(process);
  const place = String(process ?? hostOf(span) ?? client);
  return place === client ? client : `${place}/${client}`;
}

/** The machine where a span was recorded. */
export function hostOf({ resource }: Span): string | undefined {
  const host = first(resource, [hostAlias]);
  return host === undefined ? undefined : String(host);
}
