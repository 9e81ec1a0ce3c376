import type { ReportProblem } from "../problem-log.ts";
import type { Span } from "../span.ts";
import { numberOf, textOf } from "./attributes.ts";
import { momentOf, queueTimeOf } from "./checked-numbers.ts";
import { type ConsumerIdentity, consumerIdentityOf } from "./consumer-identity.ts";

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
  readonly consumer: ConsumerIdentity;
  /** ms since the Unix epoch. */
  readonly recordTimestampMs: number | undefined;
  readonly queueTimeMs: number | undefined;
  readonly assignedAtMs: number | undefined;
  readonly fetchedAtMs: number | undefined;
  readonly concurrency: number | undefined;
  readonly skipped: boolean;
  /** The broker's id of the message, where it has no offset. */
  readonly messageId: string | undefined;
  /** Number of messages in a batch. */
  readonly batchCount: number | undefined;
  /** The span says `receive`, but its other attributes show that it lasts as long as the handling. */
  readonly wrapsHandling: boolean;
  /** The role is inferred from the spans around it; see deliveries/roles.ts. */
  readonly isInferred: boolean;
};

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
  return {
    role,
    cluster: textOf(span, "cluster") ?? "",
    topic,
    partition: wholeOf(span, "partition"),
    offset: wholeOf(span, "offset"),
    key: textOf(span, "key"),
    group: textOf(span, "group"),
    consumer: consumerIdentityOf(span),
    recordTimestampMs: momentOf(span, "recordTimestamp", report),
    queueTimeMs: queueTimeOf(span, report),
    assignedAtMs: momentOf(span, "assignedAt", report),
    fetchedAtMs: momentOf(span, "fetchedAt", report),
    concurrency: wholeOf(span, "concurrency") || undefined,
    skipped: textOf(span, "skipped") !== undefined,
    messageId: undefined,
    batchCount: undefined,
    wrapsHandling: false,
    isInferred: false,
  };
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
