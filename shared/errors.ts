/**
 * Every way in which Holdup itself says no. `retriable` alone decides between trying again and the dead-letter
 * topic: true when the same call can succeed later without anyone changing the order. `isOutage`: something that every
 * order needs is away, which says nothing about this one.
 */
const codes = {
  HOLDUP_CONFIG_INVALID: { retriable: false },
  HOLDUP_ORDER_INVALID: { retriable: false },
  HOLDUP_ORDER_NOT_FOUND: { retriable: false },
  HOLDUP_BODY_TOO_LARGE: { retriable: false },
  HOLDUP_CONTENT_TYPE_UNSUPPORTED: { retriable: false },
  HOLDUP_ROUTE_NOT_FOUND: { retriable: false },
  HOLDUP_METHOD_NOT_ALLOWED: { retriable: false },
  HOLDUP_BURST_INVALID: { retriable: false },
  HOLDUP_BURST_UNDER_WAY: { retriable: true },
  HOLDUP_QUERY_INVALID: { retriable: false },
  HOLDUP_HOST_FOREIGN: { retriable: false },
  HOLDUP_PAGE_FOREIGN: { retriable: false },
  HOLDUP_PAGES_TOO_MANY: { retriable: true },
  HOLDUP_ORDER_REFUSED: { retriable: true },
  HOLDUP_TRACES_UNREADABLE: { retriable: true },
  HOLDUP_OVERLOADED: { retriable: true },
  HOLDUP_STOPPING: { retriable: true },
  HOLDUP_KAFKA_UNREACHABLE: { retriable: true, isOutage: true },
  HOLDUP_KAFKA_REJECTED: { retriable: false },
  HOLDUP_REDIS_UNREACHABLE: { retriable: true, isOutage: true },
  HOLDUP_REDIS_REFUSING: { retriable: true, isOutage: true },
  HOLDUP_REDIS_REJECTED: { retriable: false },
  HOLDUP_MESSAGE_UNPARSABLE: { retriable: false },
  HOLDUP_WORKLOAD_FAILED: { retriable: true },
  HOLDUP_WORKLOAD_WRONG_RESULT: { retriable: false },
  HOLDUP_INTERNAL: { retriable: true },
  HOLDUP_PORT_TAKEN: { retriable: false },
  HOLDUP_INFRA_MISSING: { retriable: false },
  HOLDUP_INFRA_FAILED: { retriable: false },
  HOLDUP_LAB_NOT_RUNNING: { retriable: false },
  HOLDUP_USAGE: { retriable: false },
} as const satisfies Record<string, { retriable: boolean; isOutage?: boolean }>;

export type ErrorCode = keyof typeof codes;

/** An error with a code from the closed list, a message that names the value and the remedy, and its cause. */
export class HoldupError extends Error {
  override readonly name = "HoldupError";
  readonly code: ErrorCode;
  readonly retriable: boolean;
  readonly isOutage: boolean;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
    this.retriable = codes[code].retriable;
    this.isOutage = "isOutage" in codes[code];
  }
}

export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === "string" && Object.hasOwn(codes, value);
}

/** Any thrown value as a HoldupError; what is not ours becomes HOLDUP_INTERNAL with the original as cause. */
export function toHoldupError(thrown: unknown): HoldupError {
  if (thrown instanceof HoldupError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new HoldupError("HOLDUP_INTERNAL", message, { cause: thrown });
}
