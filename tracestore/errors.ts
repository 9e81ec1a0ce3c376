/**
 * Every way in which the trace store says no. `retriable` is true when the same call can succeed later without
 * the sender changing it; OTLP senders are told so by 503 instead of 400.
 */
const codes = {
  HOLDUP_CONFIG_INVALID: { retriable: false },
  HOLDUP_PORT_TAKEN: { retriable: false },
  HOLDUP_TRACES_FILE_LOCKED: { retriable: false },
  HOLDUP_TRACES_FILE_CORRUPT: { retriable: false },
  HOLDUP_TRACES_FILE_FOREIGN: { retriable: false },
  HOLDUP_TRACES_FILE_UNUSABLE: { retriable: false },
  HOLDUP_TRACES_WRITE_FAILED: { retriable: true },
  HOLDUP_TRACES_OVERLOADED: { retriable: true },
  HOLDUP_OTLP_MALFORMED: { retriable: false },
  HOLDUP_OTLP_TOO_LARGE: { retriable: false },
  HOLDUP_OTLP_UNSUPPORTED: { retriable: false },
  HOLDUP_QUERY_INVALID: { retriable: false },
} as const satisfies Record<string, { retriable: boolean }>;

export type TraceStoreErrorCode = keyof typeof codes;

/** An error with a code from the closed list, a message that names the value and the remedy, and its cause. */
export class TraceStoreError extends Error {
  override readonly name = "TraceStoreError";
  readonly code: TraceStoreErrorCode;
  readonly retriable: boolean;

  constructor(code: TraceStoreErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
    this.retriable = codes[code].retriable;
  }
}

export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
