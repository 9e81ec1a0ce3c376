export type SpanKind = "producer" | "consumer" | "client" | "server" | "internal";

export type AttributeValue = string | number | boolean;
export type Attributes = Readonly<Record<string, AttributeValue>>;

export type SpanLink = { readonly traceId: string; readonly spanId: string };

/** A span as every reader delivers it, whatever wrote it down. Ids are lower-case hex. */
export type Span = {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string | undefined;
  readonly links?: readonly SpanLink[] | undefined;
  readonly name: string;
  readonly kind?: SpanKind | undefined;
  /** `service.name` of the resource. */
  readonly service?: string | undefined;
  /** Nanoseconds since the Unix epoch. */
  readonly startNs: bigint;
  readonly endNs: bigint;
  /** The status is an error. */
  readonly failed?: boolean | undefined;
  /** Only those that explain reads need be there: `keepsAttribute` of spans/attributes.ts tells. */
  readonly attributes: Attributes;
  /** Attributes of the resource; best one object shared by all its spans. */
  readonly resource?: Attributes | undefined;
};

/** Something in the input that could not be used, and where it was. */
export type Problem = {
  /** What is wrong, as a sentence: `The span ends before it starts.` */
  readonly what: string;
  /** Where the first of its kind was: file and line, or trace and span. */
  readonly where: string;
  readonly count: number;
};
