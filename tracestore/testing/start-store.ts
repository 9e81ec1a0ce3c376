import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { onTestFinished } from "vitest";
import { encodeRequest } from "../otlp/encode.ts";
import type { ResourceSpans } from "../otlp/model.ts";
import { createTraceStore, type TraceStore, type TraceStoreOptions } from "../store.ts";

export type TestStore = TraceStore & {
  readonly otlp: string;
  readonly query: string;
  /** Sends protobuf and expects 200. */
  readonly send: (...resourceSpans: ResourceSpans[]) => Promise<void>;
  readonly get: (path: string) => Promise<{ status: number; body: unknown }>;
};

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "holdup-traces-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A trace store on free ports with its own file; stopped and deleted after the test. */
export async function startTestStore(options: Partial<TraceStoreOptions> = {}): Promise<TestStore> {
  const store = await createTraceStore({
    host: "127.0.0.1",
    otlpPort: 0,
    jaegerPort: 0,
    file: join(temporaryFolder(), "traces.sqlite"),
    maxSpans: 100_000,
    maxBodyBytes: 1_000_000,
    log: pino({ level: "silent" }),
    ...options,
  });
  onTestFinished(store.stop);
  const otlp = `http://127.0.0.1:${store.otlpPort}`;
  const query = `http://127.0.0.1:${store.jaegerPort}`;
  return {
    ...store,
    otlp,
    query,
    send: async (...resourceSpans) => {
      const answer = await postTraces(otlp, encodeRequest(resourceSpans));
      if (answer.status !== 200) throw new Error(`The store answered ${answer.status}`);
    },
    get: async (path) => {
      const answer = await fetch(query + path);
      return { status: answer.status, body: await answer.json() };
    },
  };
}

export function postTraces(
  otlp: string,
  body: Uint8Array | string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return fetch(`${otlp}/v1/traces`, {
    method: "POST",
    body: typeof body === "string" ? body : Buffer.from(body),
    headers: { "content-type": "application/x-protobuf", ...headers },
  });
}
