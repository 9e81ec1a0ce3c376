import { once } from "node:events";
import type { Writable } from "node:stream";
import { escapeControls } from "../../core/escape.ts";
import type { Explanation } from "../explanation.ts";

/**
 * Writes an explanation as one JSON document, list by list: for a million spans it is longer than a string can be. Control
 * characters are escaped beyond what JSON requires, because the output may be a terminal.
 */
export async function printJson(out: Writable, explanation: Explanation): Promise<void> {
  for (const chunk of chunksOf(explanation)) {
    if (!out.write(escapeControls(chunk))) await once(out, "drain");
  }
  out.write("\n");
}

function* chunksOf(explanation: Explanation): Generator<string> {
  let separator = "{";
  for (const [key, value] of Object.entries(explanation)) {
    yield `${separator}${JSON.stringify(key)}:`;
    if (Array.isArray(value)) yield* listOf(value);
    else yield JSON.stringify(value);
    separator = ",";
  }
  yield "}";
}

function* listOf(values: readonly unknown[]): Generator<string> {
  yield "[";
  for (const [n, value] of values.entries()) yield `${n > 0 ? "," : ""}${JSON.stringify(value)}`;
  yield "]";
}
