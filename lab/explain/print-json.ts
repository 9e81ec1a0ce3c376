import { once } from "node:events";
import type { Explanation } from "../../explain/explanation.ts";

/** Writes an explanation as one JSON document, list by list: of a million spans it is longer than a string may be. */
export async function printJson(out: NodeJS.WriteStream, explanation: Explanation): Promise<void> {
  for (const part of partsOf(explanation)) {
    if (!out.write(part)) await once(out, "drain");
  }
}

function* partsOf(explanation: Explanation): Generator<string> {
  let before = "{";
  for (const [key, value] of Object.entries(explanation)) {
    yield `${before}${JSON.stringify(key)}:`;
    if (Array.isArray(value)) yield* listOf(value);
    else yield JSON.stringify(value);
    before = ",";
  }
  yield "}\n";
}

function* listOf(values: readonly unknown[]): Generator<string> {
  yield "[";
  for (const [n, value] of values.entries()) yield `${n > 0 ? "," : ""}${JSON.stringify(value)}`;
  yield "]";
}
