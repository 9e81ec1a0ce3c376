import { harmless } from "../text/harmless.ts";

/** Every way in which reading spans fails as a whole. `retriable`: the same call can succeed later. */
const codes = {
  HOLDUP_INPUT_UNREADABLE: { retriable: false },
  HOLDUP_INPUT_EMPTY: { retriable: false },
  HOLDUP_INPUT_NOT_JSON: { retriable: false },
  HOLDUP_INPUT_FORMAT_UNKNOWN: { retriable: false },
  HOLDUP_INPUT_TOO_LARGE: { retriable: false },
  HOLDUP_JAEGER_URL_INVALID: { retriable: false },
  HOLDUP_JAEGER_QUERY_INVALID: { retriable: false },
  HOLDUP_JAEGER_UNREACHABLE: { retriable: true },
  HOLDUP_JAEGER_REFUSED: { retriable: false },
  HOLDUP_JAEGER_FOREIGN: { retriable: false },
  HOLDUP_TRACE_NOT_FOUND: { retriable: false },
} as const satisfies Record<string, { retriable: boolean }>;

export type ReadErrorCode = keyof typeof codes;

/** Nothing can be read: the message says what was found, where, and what to do, on one line and without obeying it. */
export class ReadError extends Error {
  override readonly name = "ReadError";
  readonly code: ReadErrorCode;
  readonly retriable: boolean;

  constructor(code: ReadErrorCode, message: string, options?: { cause?: unknown }) {
    super(harmless(message), options);
    this.code = code;
    this.retriable = codes[code].retriable;
  }
}

export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** The system's code of an error, such as ENOENT; looked for in its causes too. */
export function systemCode(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error)) return undefined;
  if ("code" in thrown && typeof thrown.code === "string" && !(thrown instanceof DOMException)) {
    return thrown.code;
  }
  return systemCode(thrown.cause);
}
