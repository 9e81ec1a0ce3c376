import type { Attributes, SpanKind } from "../../span.ts";

/**
 * What a span does with a message: sends it, only fetches it, handles it, or settles it (acknowledges, rejects, commits, …), which
 * is none of the others.
 */
export type Role = "send" | "receive" | "process" | "settle";

/** What explain reads from the attributes of a span. */
export const facts = [
  "system",
  "topic",
  /** RabbitMQ's: the topic where the exchange is the default one. */
  "routingKey",
  /** The queue of a broker whose producers do not name it: stands for the group. */
  "queue",
  "partition",
  "offset",
  "key",
  "group",
  "client",
  "operation",
  "cluster",
  "messageId",
  "batchCount",
  /** A second name of the span. */
  "resourceName",
  "recordTimestamp",
  "queueTimeMs",
  "orderId",
  "attempt",
  "skipped",
  "assignedAt",
  "fetchedAt",
  "concurrency",
  "workload",
  "intensity",
  "workloadQueueMs",
  "cpuMs",
  "memoryMb",
] as const;

export type Fact = (typeof facts)[number];

/** A form of span names, matched if there is no attribute; its groups are `topic`, `group` and `verb`, an operation. */
export type NameForm = { readonly form: RegExp; readonly role?: Role };

/** An attribute that proves what its span does with a message, whatever its operation is called. */
export type Mark = { readonly attribute: string; readonly value?: string; readonly role: Role };

export type Example = {
  readonly name: string;
  readonly kind?: SpanKind;
  readonly attributes: Attributes;
  /** What `messageOf` reads; undefined where the span is none of a message. */
  readonly is:
    | {
        readonly role: Role;
        readonly topic: string;
        readonly partition?: number;
        readonly offset?: number;
        readonly key?: string;
        readonly group?: string;
        readonly cluster?: string;
        readonly messageId?: string;
        readonly batchCount?: number;
        readonly queueTimeMs?: number;
        readonly wrapsHandling?: boolean;
      }
    | undefined;
};

/** How one instrumentation, or one version of a convention, writes spans of messages. */
export type Dialect = {
  readonly name: string;
  /** Document, or repository and file, each with its version or commit. */
  readonly source: string;
  /** Attribute names of each fact, newest first. */
  readonly reads: Readonly<Partial<Record<Fact, readonly string[]>>>;
  /** Operations and bare span names, in lower case; `<system> <operation>` means it in that system only. */
  readonly operations?: Readonly<Record<string, Role>>;
  readonly forms?: readonly NameForm[];
  readonly marks?: readonly Mark[];
  /** Attributes that only spans of messages have, whatever their kind. */
  readonly shownBy?: readonly string[];
  /** Names of spans inside a receive span that are the handling, and say nothing else. */
  readonly handlings?: readonly string[];
  /** What cannot be seen from the names. */
  readonly note?: string;
  readonly examples: readonly Example[];
};
