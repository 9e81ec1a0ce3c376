import { once } from "node:events";
import type { Writable } from "node:stream";
import type { Explanation } from "../../explain/explanation.ts";
import { harmless } from "../../explain/text/harmless.ts";

/**
 * Writes an explanation as one JSON document, list by list: of a million spans it is longer than a string may be. A
 * terminal may be what reads it, so what steers one is escaped, also where JSON does not ask for that.
 */
export async function printJson(out: Writable, explanation: Explanation): Promise<void> {
  for (const part of partsOf(explanation)) {
    if (!out.write(harmless(part))) await once(out, "drain");
  }
  out.write("\n");
}

function* partsOf(explanation: Explanation): Generator<string> {
  let before = "{";
  for (const [key, value] of Object.entries(explanation)) {
    yield `${before}${JSON.stringify(key)}:`;
    if (Array.isArray(value)) yield* listOf(value);
    else yield JSON.stringify(value);
    before = ",";
  }
  yield "}";
}

function* listOf(values: readonly unknown[]): Generator<string> {
  yield "[";
  for (const [n, value] of values.entries()) yield `${n > 0 ? "," : ""}${JSON.stringify(value)}`;
  yield "]";
}
