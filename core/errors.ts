type CodeFacts = { readonly retriable: boolean; readonly isOutage?: boolean };

const final = { retriable: false } as const;
const passing = { retriable: true } as const;
const outage = { retriable: true, isOutage: true } as const;

/**
 * All errors that Holdup itself raises. `retriable`: the same call can succeed later unchanged, so a message is tried again,
 * while all others go to the dead-letter topic at once. `isOutage`: something that every order needs is down, so the error says
 * nothing about this order and does not count as an attempt.
 */
const codes = {
  HOLDUP_CONFIG_INVALID: final,
  HOLDUP_USAGE: final,
  HOLDUP_LAB_NOT_RUNNING: final,
  HOLDUP_PORT_TAKEN: final,
  HOLDUP_INFRA_MISSING: final,
  HOLDUP_INFRA_FAILED: final,
  HOLDUP_STOPPING: passing,
  HOLDUP_INTERNAL: passing,
  // Requests to the order API and the console.
  HOLDUP_ORDER_INVALID: final,
  HOLDUP_ORDER_NOT_FOUND: final,
  HOLDUP_BODY_TOO_LARGE: final,
  HOLDUP_CONTENT_TYPE_UNSUPPORTED: final,
  HOLDUP_ROUTE_NOT_FOUND: final,
  HOLDUP_METHOD_NOT_ALLOWED: final,
  HOLDUP_QUERY_INVALID: final,
  HOLDUP_OVERLOADED: passing,
  HOLDUP_BURST_INVALID: final,
  HOLDUP_BURST_UNDER_WAY: passing,
  HOLDUP_HOST_FOREIGN: final,
  HOLDUP_PAGE_FOREIGN: final,
  HOLDUP_PAGES_TOO_MANY: passing,
  HOLDUP_ORDER_REFUSED: passing,
  HOLDUP_TRACES_UNREADABLE: passing,
  // Kafka, Redis, messages and work.
  HOLDUP_KAFKA_UNREACHABLE: outage,
  HOLDUP_KAFKA_REJECTED: final,
  HOLDUP_REDIS_UNREACHABLE: outage,
  HOLDUP_REDIS_REFUSING: outage,
  HOLDUP_REDIS_REJECTED: final,
  HOLDUP_MESSAGE_UNPARSABLE: final,
  HOLDUP_WORKLOAD_FAILED: passing,
  HOLDUP_WORKLOAD_WRONG_RESULT: final,
  // Reading spans.
  HOLDUP_INPUT_UNREADABLE: final,
  HOLDUP_INPUT_EMPTY: final,
  HOLDUP_INPUT_NOT_JSON: final,
  HOLDUP_INPUT_FORMAT_UNKNOWN: final,
  HOLDUP_INPUT_TOO_LARGE: final,
  HOLDUP_JAEGER_URL_INVALID: final,
  HOLDUP_JAEGER_QUERY_INVALID: final,
  HOLDUP_JAEGER_UNREACHABLE: passing,
  HOLDUP_JAEGER_REFUSED: final,
  HOLDUP_JAEGER_FOREIGN: final,
  HOLDUP_TRACE_NOT_FOUND: final,
  // The trace store. A sender of OTLP tries again after a 503, which only retriable errors get.
  HOLDUP_TRACES_FILE_LOCKED: final,
  HOLDUP_TRACES_FILE_CORRUPT: final,
  HOLDUP_TRACES_FILE_FOREIGN: final,
  HOLDUP_TRACES_FILE_UNUSABLE: final,
  HOLDUP_TRACES_WRITE_FAILED: passing,
  HOLDUP_TRACES_OVERLOADED: passing,
  HOLDUP_OTLP_MALFORMED: final,
  HOLDUP_OTLP_TOO_LARGE: final,
  HOLDUP_OTLP_UNSUPPORTED: final,
} as const satisfies Record<string, CodeFacts>;

export type ErrorCode = keyof typeof codes;

/** An error with a code from the closed list, a message that names the value and the remedy, and its cause. */
export class HoldupError extends Error {
  override readonly name: string = "HoldupError";
  readonly code: ErrorCode;
  readonly retriable: boolean;
  readonly isOutage: boolean;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    const facts: CodeFacts = codes[code];
    this.code = code;
    this.retriable = facts.retriable;
    this.isOutage = facts.isOutage === true;
  }
}

export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === "string" && Object.hasOwn(codes, value);
}

/** Any thrown value as a HoldupError; other errors become HOLDUP_INTERNAL with the original as cause. */
export function toHoldupError(thrown: unknown): HoldupError {
  if (thrown instanceof HoldupError) return thrown;
  return new HoldupError("HOLDUP_INTERNAL", messageOf(thrown), { cause: thrown });
}

/** The message of any thrown value. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** The system's code of an error or of its causes, such as ENOENT. */
export function systemCode(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error)) return undefined;
  if ("code" in thrown && typeof thrown.code === "string" && !(thrown instanceof DOMException)) {
    return thrown.code;
  }
  return systemCode(thrown.cause);
}
