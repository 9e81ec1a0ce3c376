import { type ChildProcess, spawn } from "node:child_process";
import { Agent, request } from "node:http";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { encodeRequest } from "./otlp/encode.ts";
import { sampleResource, sampleSpan } from "./testing/sample.ts";
import { postTraces, temporaryFolder } from "./testing/start-store.ts";

const main = fileURLToPath(new URL("./main.ts", import.meta.url));
const slow = { timeout: 30_000 };

type Exit = { code: number | null; signal: string | null };
type Run = { child: ChildProcess; exit: Promise<Exit>; output: () => string };

/** Starts the real process; what is left of it is killed after the test. */
function run(env: Record<string, string>): Run {
  const child = spawn(process.execPath, [main], {
    env: { HOLDUP_OTLP_PORT: "0", HOLDUP_JAEGER_PORT: "0", ...env },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let output = "";
  child.stdout?.on("data", (data) => {
    output += data;
  });
  child.stderr?.on("data", (data) => {
    output += data;
  });
  const exit = new Promise<Exit>((resolve) => {
    child.on("close", (code, signal) => resolve({ code, signal }));
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  return { child, exit, output: () => output };
}

async function started(file: string): Promise<Run & { otlp: string; query: string }> {
  const process = run({ HOLDUP_TRACES_FILE: file });
  const ports = await Promise.race([
    new Promise<{ otlpPort: number; listening: number }>((resolve) => process.child.once("message", resolve)),
    process.exit.then(() => Promise.reject(new Error(process.output()))),
  ]);
  return {
    ...process,
    otlp: `http://127.0.0.1:${ports.otlpPort}`,
    query: `http://127.0.0.1:${ports.listening}`,
  };
}

function manySpans(count: number) {
  const spans = Array.from({ length: count }, (_, i) =>
    sampleSpan({ spanId: (i + 1).toString(16).padStart(16, "0") }),
  );
  return sampleResource("shop", spans);
}

describe("the process", () => {
  it("loses nothing that it answered with 200 when it is killed at once", slow, async () => {
    const file = join(temporaryFolder(), "deep", "down", "t.sqlite");
    const first = await started(file);
    const answer = await postTraces(first.otlp, encodeRequest([manySpans(2_000)]));
    first.child.kill("SIGKILL");
    expect(answer.status).toBe(200);
    expect(await first.exit).toMatchObject({ signal: "SIGKILL" });
    const second = await started(file);
    expect(await (await fetch(`${second.query}/api/holdup/stats`)).json()).toMatchObject({ spans: 2_000 });
  });

  it.each(["SIGTERM", "SIGINT"] as const)(
    "stops on %s although clients keep connections open",
    slow,
    async (signal) => {
      const file = join(temporaryFolder(), "t.sqlite");
      const { child, exit, query, output } = await started(file);
      const agent = new Agent({ keepAlive: true });
      onTestFinished(() => agent.destroy());
      await new Promise((resolve) =>
        request(`${query}/healthz`, { agent }, (answer) => answer.resume().on("end", resolve)).end(),
      );
      child.kill(signal);
      expect(await exit).toEqual({ code: 0, signal: null });
      expect(output()).toContain('"msg":"stopped"');
      expect(
        output()
          .split("\n")
          .filter(Boolean)
          .map((line) => JSON.parse(line).service),
      ).toEqual(["tracestore", "tracestore", "tracestore"]);
    },
  );

  it("answers a request that it was receiving when it got the signal to stop", slow, async () => {
    const file = join(temporaryFolder(), "t.sqlite");
    const first = await started(file);
    const body = encodeRequest([manySpans(10)]);
    const socket = connect(Number(new URL(first.otlp).port), "127.0.0.1");
    onTestFinished(() => void socket.destroy());
    const head = `POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-protobuf\r\nContent-Length: ${body.length}\r\n\r\n`;
    socket.write(Buffer.concat([Buffer.from(head), body.subarray(0, 100)]));
    // Once the store answers a request that was sent later, it has received the first half.
    await fetch(`${first.query}/healthz`);
    const answer = new Promise<string>((resolve) => socket.once("data", (data) => resolve(data.toString())));
    first.child.kill("SIGTERM");
    await new Promise((resolve) => first.child.stdout?.once("data", resolve));
    socket.write(body.subarray(100));
    expect(await answer).toMatch(/^HTTP\/1.1 200 OK/);
    expect(await first.exit).toEqual({ code: 0, signal: null });
    const second = await started(file);
    expect(await (await fetch(`${second.query}/api/holdup/stats`)).json()).toMatchObject({ spans: 10 });
  });

  it("reports in one line that a port is taken, and exits", slow, async () => {
    const taken = createServer();
    const port = await new Promise<number>((resolve) => {
      taken.listen(0, "127.0.0.1", () => {
        const address = taken.address();
        resolve(typeof address === "object" && address !== null ? address.port : 0);
      });
    });
    onTestFinished(() => void taken.close());
    const file = join(temporaryFolder(), "t.sqlite");
    const { exit, output } = run({ HOLDUP_TRACES_FILE: file, HOLDUP_OTLP_PORT: String(port) });
    expect(await exit).toMatchObject({ code: 1 });
    const lines = output().trim().split("\n");
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({
      code: "HOLDUP_PORT_TAKEN",
      msg: `Port ${port} on 127.0.0.1 is taken; the trace store needs it for OTLP/HTTP. Stop what uses it, or set HOLDUP_OTLP_PORT.`,
    });
  });

  it("reports in one line what is wrong with its variables, and exits", slow, async () => {
    const { exit, output } = run({ HOLDUP_TRACES_MAX_SPANS: "few", HOLDUP_JAEGER_PORT: "-1" });
    expect(await exit).toMatchObject({ code: 1 });
    expect(output().trim().split("\n")).toHaveLength(1);
    expect(output()).toContain("HOLDUP_CONFIG_INVALID");
  });
});
