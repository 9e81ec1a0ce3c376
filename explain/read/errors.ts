import { type ErrorCode, HoldupError } from "../../core/errors.ts";
import { escapeControls } from "../../core/escape.ts";

type ReadErrorCode = Extract<
  ErrorCode,
  `HOLDUP_INPUT_${string}` | `HOLDUP_JAEGER_${string}` | "HOLDUP_TRACE_NOT_FOUND"
>;

/** Nothing can be read. The message says what was found, where, and what to do. Foreign text in it is escaped. */
export class ReadError extends HoldupError {
  override readonly name = "ReadError";

  constructor(code: ReadErrorCode, message: string, options?: { cause?: unknown }) {
    super(code, escapeControls(message), options);
  }
}
