import type { ReportProblem } from "../problem-log.ts";
import type { AttributeValue, Span } from "../span.ts";
import { type Facts, factsIn, isUnread, numberIn } from "./attributes.ts";
import { momentOf, queueTimeOf } from "./checked-numbers.ts";
import { type ConsumerIdentity, consumerIdentityOf } from "./consumer-identity.ts";
import { defaultExchanges, queueOf, topicInAddress } from "./destinations.ts";
import type { Role } from "./dialects/dialect.ts";
import { namedBy } from "./names.ts";
import { resourceAttributes } from "./resource.ts";
import { isMessageKind, isOfMessage, markOf, roleOf } from "./roles.ts";

/** What a span says about a message and its consumer; missing facts are undefined. */
export type MessageFacts = {
  readonly role: Exclude<Role, "settle">;
  /**
   * Whether the span itself proves that it lasts as long as the handling although its operation is called receive. Its role is then
   * process.
   */
  readonly wrapsHandling: boolean;
  /** The broker, as `messaging.system` names it. */
  readonly system: string | undefined;
  readonly cluster: string;
  /** What the span names; a producer may have another name for it. */
  readonly topic: string;
  readonly partition: number | undefined;
  readonly offset: number | undefined;
  readonly key: string | undefined;
  /** Who shares the work: the consumer group, or the subscription or queue of brokers that have none. */
  readonly group: string | undefined;
  readonly messageId: string | undefined;
  /** Number of messages that the span is about. */
  readonly batchCount: number | undefined;
  readonly consumer: ConsumerIdentity;
  /** ms since the Unix epoch. */
  readonly recordTimestampMs: number | undefined;
  readonly queueTimeMs: number | undefined;
  readonly assignedAtMs: number | undefined;
  readonly fetchedAtMs: number | undefined;
  readonly concurrency: number | undefined;
  readonly skipped: boolean;
  /**
   * The span does not say that it handles a message: its name, its kind or the spans around it (deliveries/roles.ts) show that. Then
   * nothing about it is proven.
   */
  readonly isInferred: boolean;
  /** Facts that are there, in a form that is not read. */
  readonly unread: readonly UnreadFact[];
};

export const unreadFacts = ["partition", "offset", "group", "instance", "arrival"] as const;
export type UnreadFact = (typeof unreadFacts)[number];

const noneUnread: readonly UnreadFact[] = [];

/** The topic that a span names; undefined when it names none. */
export function topicOf(span: Span): string | undefined {
  return topicIn(span, factsIn(span));
}

function topicIn({ name }: Span, facts: Facts): string | undefined {
  const topic = textIn(facts.topic);
  if (topic !== undefined && !defaultExchanges.has(topic)) return topicInAddress(topic);
  const elsewhere = textIn(facts.routingKey) ?? topic ?? namedBy(name)?.topic;
  if (elsewhere !== undefined) return elsewhere;
  return namedBy(textIn(facts.resourceName) ?? "")?.topic ?? textIn(facts.queue);
}

/**
 * What a span says about a message; undefined when it is not a messaging span, or only settles a message. Impossible values go
 * to `report`, operations that are not known to `reportOperation`.
 */
export function messageOf(
  span: Span,
  report: ReportProblem = () => {},
  reportOperation: (operation: string) => void = () => {},
): MessageFacts | undefined {
  if (!isOfMessage(span)) return undefined;
  const facts = factsIn(span);
  const mark = markOf(span);
  const role = roleOf(span, facts, mark);
  const topic = role === "settle" ? undefined : topicIn(span, facts);
  if (role === "settle" || topic === undefined) return undefined;
  if (!role) {
    if (facts.operation !== undefined && isMessageKind(span)) reportOperation(String(facts.operation));
    return undefined;
  }
  const messageId = textIn(facts.messageId);
  const place = placeIn(messageId, topic, facts.system);
  const message: MessageFacts = {
    role,
    wrapsHandling: role === "process" && mark === "process",
    system: textIn(facts.system),
    cluster: textIn(facts.cluster) ?? "",
    topic,
    partition: wholeIn(facts.partition) ?? place?.partition,
    offset: wholeIn(facts.offset) ?? place?.offset,
    key: textIn(facts.key),
    group: textIn(facts.group) ?? (role === "send" ? undefined : groupInstead(span, facts, topic)),
    messageId,
    batchCount: wholeIn(facts.batchCount),
    consumer: consumerIdentityOf(span),
    recordTimestampMs:
      facts.recordTimestamp === undefined ? undefined : momentOf(span, "recordTimestamp", report),
    queueTimeMs: facts.queueTimeMs === undefined ? undefined : queueTimeOf(span, report),
    assignedAtMs: facts.assignedAt === undefined ? undefined : momentOf(span, "assignedAt", report),
    fetchedAtMs: facts.fetchedAt === undefined ? undefined : momentOf(span, "fetchedAt", report),
    concurrency: wholeIn(facts.concurrency) || undefined,
    skipped: facts.skipped !== undefined,
    isInferred: role === "process" && (mark === "process" || facts.operation === undefined),
    unread: noneUnread,
  };
  const unread = unreadIn(span, message, facts, report);
  return unread.length > 0 ? { ...message, unread } : message;
}

function unreadIn(
  span: Span,
  { partition, offset, group, consumer }: MessageFacts,
  facts: Facts,
  report: ReportProblem,
): readonly UnreadFact[] {
  if (!span.unread && facts.partition === undefined && facts.offset === undefined) return noneUnread;
  const found: UnreadFact[] = [];
  if (partition === undefined && isThere(span, "partition", facts, report)) found.push("partition");
  if (offset === undefined && isThere(span, "offset", facts, report)) found.push("offset");
  if (span.unread) {
    if (group === undefined && isUnread(span, "group")) found.push("group");
    if (consumer.instance === undefined && isInstanceUnread(span)) found.push("instance");
    const isArrival = (name: string) => name === "parentSpanId" || name === "links";
    if (span.unread.some(isArrival) || isUnread(span, "recordTimestamp")) found.push("arrival");
  }
  return found;
}

/** Whether a number that could not be used is there. Kafka uses -1 for none. */
function isThere(span: Span, fact: "partition" | "offset", facts: Facts, report: ReportProblem): boolean {
  if (isUnread(span, fact)) return true;
  if (facts[fact] === undefined || (numberIn(facts[fact]) ?? 0) < 0) return false;
  report(`A message's ${fact} is no whole number up to 2^53; it is ignored.`);
  return true;
}

/** Whether a span has what identifies its process, and it cannot be read. */
function isInstanceUnread(span: Span): boolean {
  return resourceAttributes.some((name) => span.unread?.includes(name));
}

/** Who shares the work where the span names no group. */
function groupInstead({ name }: Span, { queue, system }: Facts, topic: string): string | undefined {
  if (queue !== undefined) return String(queue);
  const named = namedBy(name);
  if (named?.group !== undefined) return named.group;
  return system === "rabbitmq" ? queueOf(topic, named) : undefined;
}

/** What Kafka's instrumentations write as a message's id: topic.partition.offset, or the offset. */
function placeIn(id: string | undefined, topic: string, system: Facts["system"]) {
  if (id === undefined) return undefined;
  if (system === "kafka" && /^\d+$/.test(id)) return { partition: undefined, offset: wholeIn(id) };
  if (!id.startsWith(topic)) return undefined;
  const groups = /^\.(?<partition>\d+)\.(?<offset>\d+)$/.exec(id.slice(topic.length))?.groups;
  return groups && { partition: wholeIn(groups["partition"]), offset: wholeIn(groups["offset"]) };
}

function textIn(value: AttributeValue | undefined): string | undefined {
  return value === undefined ? undefined : String(value);
}

function wholeIn(value: AttributeValue | undefined): number | undefined {
  const number = numberIn(value);
  return number !== undefined && Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}
