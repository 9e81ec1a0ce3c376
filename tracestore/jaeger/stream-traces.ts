import type { ServerResponse } from "node:http";
import { nextTurn } from "../storage/next-turn.ts";
import type { JaegerError, JaegerTrace } from "./model.ts";

/**
 * Writes an envelope of traces one by one, so that a large answer neither fills memory nor blocks other requests.
 * Calls `errors` at the end.
 */
export async function streamTraces(
  response: ServerResponse,
  traces: AsyncIterable<JaegerTrace> | Iterable<JaegerTrace>,
  errors: () => readonly JaegerError[] | null,
): Promise<void> {
  response.writeHead(200, {
    "content-type": "application/json",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  });
  let separator = '{"data":[';
  for await (const trace of traces) {
    if (response.destroyed) return;
    const hasRoom = response.write(separator + JSON.stringify(trace));
    separator = ",";
    if (hasRoom) await nextTurn();
    else await untilDrained(response);
  }
  const opening = separator === "," ? "" : separator;
  response.end(`${opening}],"total":0,"limit":0,"offset":0,"errors":${JSON.stringify(errors())}}`);
}

function untilDrained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off("drain", done).off("close", done);
      resolve();
    };
    response.on("drain", done).on("close", done);
  });
}
