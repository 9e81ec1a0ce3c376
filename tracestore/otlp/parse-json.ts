import { malformed } from "./wire.ts";

/** Finds integers of 16 digits and more outside of strings; a false match only costs time. */
const longInteger = /[[:,]\s*-?\d{16,}\s*[,}\]]/;

/**
 * JSON.parse that keeps integers above 2^53 exact, as strings: some senders write nanoseconds and int64 attributes as
 * plain numbers, which a double would round.
 */
export function parseJson(body: Uint8Array): unknown {
  const json = new TextDecoder().decode(body);
  try {
    return longInteger.test(json) ? JSON.parse(json, keepLongIntegers) : JSON.parse(json);
  } catch (error) {
    throw malformed("the body is not JSON", error);
  }
}

function keepLongIntegers(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
  const source = context?.source;
  return source !== undefined && /^-?\d+$/.test(source) ? source : value;
}
