import { HoldupError } from "../../core/errors.ts";
import { escapeControls } from "../../core/escape.ts";

/** Spelled out because they are in the public types of the package holdup-explain, which has no other code. */
export type ReadErrorCode =
  | "HOLDUP_INPUT_UNREADABLE"
  | "HOLDUP_INPUT_EMPTY"
  | "HOLDUP_INPUT_NOT_JSON"
  | "HOLDUP_INPUT_FORMAT_UNKNOWN"
  | "HOLDUP_INPUT_TOO_LARGE"
  | "HOLDUP_JAEGER_URL_INVALID"
  | "HOLDUP_JAEGER_QUERY_INVALID"
  | "HOLDUP_JAEGER_UNREACHABLE"
  | "HOLDUP_JAEGER_REFUSED"
  | "HOLDUP_JAEGER_FOREIGN"
  | "HOLDUP_TRACE_NOT_FOUND";

/** Nothing can be read. The message says what was found, where, and what to do. Foreign text in it is escaped. */
export class ReadError extends HoldupError {
  override readonly name = "ReadError";

  constructor(code: ReadErrorCode, message: string, options?: { cause?: unknown }) {
    super(code, escapeControls(message), options);
  }
}
