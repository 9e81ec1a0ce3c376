import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import type { Span } from "../span.ts";
import { encodeOtlp } from "./encode.fixture.ts";

const main = fileURLToPath(new URL("../../tracestore/main.ts", import.meta.url));

export type TraceStoreProcess = {
  readonly url: string;
  readonly send: (spans: readonly Span[]) => Promise<void>;
};

/** Starts the lab's trace store as a separate process, as the lab does, until the test ends. */
export async function startTraceStore(): Promise<TraceStoreProcess> {
  const folder = mkdtempSync(join(tmpdir(), "holdup-explain-"));
  const child = spawn(process.execPath, [main], {
    env: { HOLDUP_OTLP_PORT: "0", HOLDUP_JAEGER_PORT: "0", HOLDUP_TRACES_FILE: join(folder, "traces.db") },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const ended = new Promise<never>((_, reject) => {
    child.once("exit", () => reject(new Error("The trace store ended")));
  });
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await ended.catch(() => undefined);
    rmSync(folder, { recursive: true, force: true });
  });
  const listening = new Promise<{ listening: number; otlpPort: number }>((resolve) =>
    child.once("message", resolve),
  );
  const ports = await Promise.race([listening, ended]);
  return {
    url: `http://127.0.0.1:${ports.listening}`,
    async send(spans) {
      const answer = await fetch(`http://127.0.0.1:${ports.otlpPort}/v1/traces`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: encodeOtlp(spans).text,
      });
      if (!answer.ok) throw new Error(`The trace store answered ${answer.status}: ${await answer.text()}`);
    },
  };
}
