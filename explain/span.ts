export type SpanKind = "producer" | "consumer" | "client" | "server" | "internal";

/** Kinds by their number in OTLP: opentelemetry/proto/trace/v1/trace.proto. */
export const spanKinds: readonly (SpanKind | undefined)[] = [
  undefined,
  "internal",
  "server",
  "client",
  "producer",
  "consumer",
];

export type AttributeValue = string | number | boolean;
export type Attributes = Readonly<Record<string, AttributeValue>>;

export type SpanLink = { readonly traceId: string; readonly spanId: string };

/** A span in the common form of all readers. Ids are lower-case hex. */
export type Span = {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string | undefined;
  readonly links?: readonly SpanLink[] | undefined;
  readonly name: string;
  readonly kind?: SpanKind | undefined;
  /** `service.name` of the resource. */
  readonly service?: string | undefined;
  /** Name of the instrumentation scope: the library that recorded the span. */
  readonly scope?: string | undefined;
  /** Nanoseconds since the Unix epoch. */
  readonly startNs: bigint;
  readonly endNs: bigint;
  /** Whether the status is an error. */
  readonly failed?: boolean | undefined;
  /** Only those that explain reads are needed; see `keepsAttribute` in spans/attributes.ts. */
  readonly attributes: Attributes;
  /**
   * What the span has in a form that its reader could not read: names of attributes, also of the resource, and `parentSpanId` or
   * `links`. So they are not missing.
   */
  readonly unread?: readonly string[] | undefined;
  /** Attributes of the resource; ideally one object shared by all its spans. */
  readonly resource?: Attributes | undefined;
};

/** A problem in the input, counted by kind. */
export type Problem = {
  /** What is wrong, as a sentence: `The span ends before it starts.` */
  readonly what: string;
  /** Place of the first one: file and line, or trace and span. */
  readonly where: string;
  readonly count: number;
};

/** A span with all its attributes. Times are ms since the Unix epoch. */
export type WholeSpan = {
  readonly id: string;
  readonly parentId: string | undefined;
  readonly name: string;
  readonly service: string;
  readonly kind: string | undefined;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly failed: boolean;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
};
