import type { ReportProblem } from "../problem-log.ts";
import type { Span } from "../span.ts";
import { hostOf, instanceOf, isInstanceUnread, isUnread, numberOf, textOf } from "./attributes.ts";
import { momentOf, queueTimeOf } from "./checked-numbers.ts";

/** What a span does with a message: sends it, only fetches it, or handles it. */
type Role = "send" | "receive" | "process";

/** What a span says about a message and its consumer; missing facts are undefined. */
export type MessageFacts = {
  readonly role: Role;
  readonly cluster: string;
  readonly topic: string;
  readonly partition: number | undefined;
  readonly offset: number | undefined;
  readonly key: string | undefined;
  readonly group: string | undefined;
  readonly instance: string | undefined;
  /** Distinguishes consumers whose instances are unknown. */
  readonly host: string | undefined;
  /** ms since the Unix epoch. */
  readonly recordTimestampMs: number | undefined;
  readonly queueTimeMs: number | undefined;
  readonly assignedAtMs: number | undefined;
  readonly fetchedAtMs: number | undefined;
  readonly concurrency: number | undefined;
  readonly skipped: boolean;
  /** Facts that are there, in a form that is not read. */
  readonly unread: readonly UnreadFact[];
};

export type UnreadFact = "partition" | "offset" | "group" | "instance" | "arrival";

const none: readonly UnreadFact[] = [];

const roles: Readonly<Record<string, Role>> = {
  publish: "send",
  send: "send",
  create: "send",
  produce: "send",
  receive: "receive",
  poll: "receive",
  process: "process",
  deliver: "process",
  consume: "process",
};

const verbs = Object.keys(roles).join("|");
/** Newer instrumentations name spans `process orders`, older ones `orders process`. */
const nameForms = [
  new RegExp(`^(?<verb>${verbs}) (?<topic>\\S+)$`),
  new RegExp(`^(?<topic>\\S+) (?<verb>${verbs})$`),
];

/** The topic that a span names; undefined when it names none. */
export function topicOf(span: Span): string | undefined {
  return textOf(span, "topic") ?? namedBy(span)?.["topic"];
}

function namedBy({ name }: Span): Readonly<Record<string, string>> | undefined {
  return nameForms.map((form) => form.exec(name)?.groups).find((groups) => groups !== undefined);
}

/**
 * What a span says about a message; undefined when it is not a messaging span, or only settles a message. Impossible values go
 * to `report`.
 */
export function messageOf(span: Span, report: ReportProblem = () => {}): MessageFacts | undefined {
  const { kind = "internal" } = span;
  if (kind !== "producer" && kind !== "consumer" && textOf(span, "system") === undefined) return undefined;
  const role = roleOf(span, namedBy(span)?.["verb"]);
  const topic = topicOf(span);
  if (!role || topic === undefined) return undefined;
  const facts: MessageFacts = {
    unread: none,
    role,
    cluster: textOf(span, "cluster") ?? "",
    topic,
    partition: wholeOf(span, "partition"),
    offset: wholeOf(span, "offset"),
    key: textOf(span, "key"),
    group: textOf(span, "group"),
    instance: instanceOf(span),
    host: hostOf(span),
    recordTimestampMs: momentOf(span, "recordTimestamp", report),
    queueTimeMs: queueTimeOf(span, report),
    assignedAtMs: momentOf(span, "assignedAt", report),
    fetchedAtMs: momentOf(span, "fetchedAt", report),
    concurrency: wholeOf(span, "concurrency") || undefined,
    skipped: textOf(span, "skipped") !== undefined,
  };
  const unread = unreadIn(span, facts, report);
  return unread.length > 0 ? { ...facts, unread } : facts;
}

function unreadIn(
  span: Span,
  { partition, offset, group, instance }: MessageFacts,
  report: ReportProblem,
): readonly UnreadFact[] {
  const found: UnreadFact[] = [];
  if (partition === undefined && isThere(span, "partition", report)) found.push("partition");
  if (offset === undefined && isThere(span, "offset", report)) found.push("offset");
  if (span.unread) {
    if (group === undefined && isUnread(span, "group")) found.push("group");
    if (instance === undefined && isInstanceUnread(span)) found.push("instance");
    const isArrival = (name: string) => name === "parentSpanId" || name === "links";
    if (span.unread.some(isArrival) || isUnread(span, "recordTimestamp")) found.push("arrival");
  }
  return found;
}

/** Whether a number that could not be used is there. Kafka uses -1 for none. */
function isThere(span: Span, fact: "partition" | "offset", report: ReportProblem): boolean {
  if (isUnread(span, fact)) return true;
  if (textOf(span, fact) === undefined || (numberOf(span, fact) ?? 0) < 0) return false;
  report(`A message's ${fact} is not a whole number; it is ignored.`);
  return true;
}

function roleOf(span: Span, verb: string | undefined): Role | undefined {
  const operation = textOf(span, "operation") ?? verb;
  if (operation !== undefined) return roles[operation.toLowerCase()];
  if (span.kind === "producer") return "send";
  return span.kind === "consumer" ? "process" : undefined;
}

function wholeOf(span: Span, fact: "partition" | "offset" | "concurrency"): number | undefined {
  const number = numberOf(span, fact);
  return number !== undefined && Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}
