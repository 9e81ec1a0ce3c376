/** The fields of one span that are indexed, and its unchanged protobuf message. Ids are raw bytes. */
export type IncomingSpan = {
  readonly traceId: Uint8Array;
  readonly spanId: Uint8Array;
  readonly parentId: Uint8Array | null;
  readonly name: string;
  readonly kind: number;
  /** Microseconds since 1970, rounded down. */
  readonly startUs: number;
  /** Nanoseconds, 0 when the span ends before it starts. */
  readonly durationNs: number;
  readonly isError: boolean;
  readonly body: Uint8Array;
};

/** Spans that share one resource and one scope, both as protobuf messages. */
export type IncomingGroup = {
  readonly service: string;
  readonly resource: Uint8Array;
  readonly scope: Uint8Array;
  readonly spans: readonly IncomingSpan[];
};

export type IncomingRequest = {
  readonly groups: readonly IncomingGroup[];
  readonly spanCount: number;
  readonly rejectedSpans: number;
  /** Why spans were rejected, for the sender; empty when none was. */
  readonly errorMessage: string;
};
