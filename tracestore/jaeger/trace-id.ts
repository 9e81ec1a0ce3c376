import { HoldupError } from "../../core/errors.ts";

/**
 * Parses a trace id as written by people and in links: up to 32 hex digits of either case, leading zeros optional. Throws
 * HOLDUP_QUERY_INVALID with the texts of jaeger-idl's TraceIDFromString.
 */
export function parseTraceId(text: string): Uint8Array {
  if (text.length > 32) {
    throw new HoldupError("HOLDUP_QUERY_INVALID", `TraceID cannot be longer than 32 hex characters: ${text}`);
  }
  if (!/^[0-9a-f]+$/i.test(text)) {
    throw new HoldupError(
      "HOLDUP_QUERY_INVALID",
      `strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`,
    );
  }
  return Buffer.from(text.padStart(32, "0"), "hex");
}

/** Jaeger writes ids whose upper half is zero with 16 digits. */
export function jaegerTraceId(hex: string): string {
  return hex.startsWith("0000000000000000") ? hex.slice(16) : hex;
}
